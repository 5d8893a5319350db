/** Decisions by themselves. */
export const LONE_DECISION_WORKS = ['decide-hit', 'decide-miss', 'decide-conditions', 'decide-deny'] as const;
export type LoneDecisionWork = (typeof LONE_DECISION_WORKS)[number];

/** Works over the authorizer, as `--only` names them. */
export const DECISION_WORKS = [...LONE_DECISION_WORKS, 'get4k-policies'] as const;
export type DecisionWork = (typeof DECISION_WORKS)[number];

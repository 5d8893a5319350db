/** Works over the authorizer, as `--only` names them. */
export const DECISION_WORKS = ['decide-hit', 'decide-miss', 'decide-conditions', 'decide-deny', 'get4k-policies'] as const;
export type DecisionWork = (typeof DECISION_WORKS)[number];

import { ANONYMOUS_ACCOUNT_ID } from '@zas/plugin-api';
import { ANONYMOUS_CANONICAL_ID } from '../accounts.js';
import type { Caller } from '../decision/caller.js';
import type { Json } from './parse-json.js';
import { PolicyProblem } from './policy-problem.js';
import { stringsOf } from './strings-of.js';

/**
 * How a statement names a caller: himself (or everybody), or only his account,
 * which then has a say in it too.
 */
export type Naming = 'direct' | 'account' | 'none';

const ACCOUNT = /^(?:arn:aws:iam::(\d{12}):root|(\d{12}))$/;
const OTHER_ARN = /^arn:aws:(?:iam::\d{12}:(?:user|role)|sts::\d{12}:(?:assumed-role|federated-user))\/[^*?]{1,512}$/;
const CANONICAL_ID = /^[A-Za-z0-9]{1,128}$/;

export interface PrincipalMatcher {
  readonly negated: boolean;
  readonly everyone: boolean;
  /** 12-digit ids. */
  readonly accounts: ReadonlySet<string>;
  readonly canonicalIds: ReadonlySet<string>;
  /** Of users, roles and sessions. */
  readonly arns: ReadonlySet<string>;
  /** Services and foreign identity providers, as written. No caller is one. */
  readonly services: readonly string[];
  readonly federated: readonly string[];
}

export function compilePrincipals(json: Json, negated: boolean): PrincipalMatcher {
  const [accounts, canonicalIds, arns] = [new Set<string>(), new Set<string>(), new Set<string>()];
  if (json === '*') return { negated, everyone: true, accounts, canonicalIds, arns, services: [], federated: [] };
  if (!(json instanceof Map) || json.size === 0) throw new PolicyProblem('Invalid principal in policy');
  const named = (kind: string): readonly string[] => (json.has(kind) ? stringsOf(json.get(kind) as Json, 'Principal') : []);
  for (const kind of json.keys()) {
    if (!['AWS', 'CanonicalUser', 'Service', 'Federated'].includes(kind)) throw new PolicyProblem('Invalid principal in policy');
  }
  let everyone = false;
  for (const text of named('AWS')) {
    const account = ACCOUNT.exec(text);
    if (text === '*') everyone = true;
    else if (account !== null) accounts.add(account[1] ?? (account[2] as string));
    else if (OTHER_ARN.test(text)) arns.add(text);
    else throw new PolicyProblem('Invalid principal in policy');
  }
  for (const id of named('CanonicalUser')) {
    if (!CANONICAL_ID.test(id)) throw new PolicyProblem('Invalid principal in policy');
    canonicalIds.add(id);
  }
  return { negated, everyone, accounts, canonicalIds, arns, services: named('Service'), federated: named('Federated') };
}

/** How `Principal` names the caller. */
export function namingOf(matcher: PrincipalMatcher, caller: Caller): Naming {
  if (matcher.everyone) return 'direct';
  if (caller.arns.some((arn) => matcher.arns.has(arn))) return 'direct';
  if (!namesAccount(matcher, caller)) return 'none';
  return caller.root || caller.anonymous ? 'direct' : 'account';
}

/**
 * Whether a Deny reaches the caller. A user is two things, his account and himself, a
 * session three, its account, its role and itself: `Principal` reaches them when it
 * names one, `NotPrincipal` spares them only when it names all, as AWS documents.
 */
export function reaches(matcher: PrincipalMatcher, caller: Caller): boolean {
  if (!matcher.negated) return namingOf(matcher, caller) !== 'none';
  if (matcher.everyone) return false;
  const himself = caller.root || caller.anonymous || caller.arns.every((arn) => matcher.arns.has(arn));
  return !(himself && namesAccount(matcher, caller));
}

/** Anybody at all may be meant: then it is open to the public unless its conditions are narrow. */
export function namesAnybody({ everyone, canonicalIds, federated }: PrincipalMatcher): boolean {
  return everyone || canonicalIds.has(ANONYMOUS_CANONICAL_ID) || federated.length > 0;
}

function namesAccount({ accounts, canonicalIds }: PrincipalMatcher, { account, canonicalId }: Caller): boolean {
  return (account !== ANONYMOUS_ACCOUNT_ID && accounts.has(account)) || canonicalIds.has(canonicalId);
}

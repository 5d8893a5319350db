import type { Account, Principal } from '@zas/plugin-api';

/** The account of an id, the same object wherever it is asked for; absent: the server root's. */
export type AccountOf = (accountId: string | undefined) => Account;

/** What a credential from outside says of somebody. */
export interface SourceSubject {
  /** Short name of the source, as in the config. */
  readonly issuer: string;
  readonly subject: string;
  readonly account: Account;
  readonly credentialId: string;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly claims?: Principal['claims'];
  readonly issuedAt?: number;
  readonly expiresAt?: number;
}

/** Nobody from outside is the root of anything. */
export function sourcePrincipal({ issuer, subject, account, credentialId, roles = [], groups = [], ...more }: SourceSubject): Principal {
  return {
    id: `${issuer}:${subject}`,
    account,
    accountRoot: false,
    serverRoot: false,
    credentialId,
    roles: [...new Set(roles)],
    groups: [...new Set(groups)],
    ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
  };
}

/**
 * What is stored of who may what, one document each. Ids of users, groups, roles and
 * policies are unique in their account; documents are named `ACCOUNT/ID`.
 */
export interface UserRecord {
  /** A name: principal `local:NAME`. With a colon it is the id of a principal that comes from elsewhere (`keycloak:alice`). */
  readonly id: string;
  readonly displayName: string;
  readonly email?: string;
  readonly enabled: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  /** Names of policies that hang on the user. */
  readonly policies: readonly string[];
  /** Name of the policy that caps the user. */
  readonly boundary?: string;
  /** Sessions and tokens made until that time are good no more, milliseconds since the epoch. Keys stay. */
  readonly revokedBefore?: number;
  readonly createdAt: number;
}

export interface GroupRecord {
  readonly id: string;
  readonly description: string;
  readonly roles: readonly string[];
  readonly policies: readonly string[];
  readonly createdAt: number;
}

export interface RoleRecord {
  readonly id: string;
  readonly description: string;
  /** Names of the policies that the role brings. */
  readonly policies: readonly string[];
  /** Who may take it on through STS, in AWS's language; absent: nobody. */
  readonly trustPolicy?: string;
  /** Longest session, seconds. */
  readonly maxSessionSeconds: number;
  /** Sessions of it that were made until then are good no more. */
  readonly revokedBefore?: number;
  readonly createdAt: number;
}

export interface PolicyRecord {
  readonly id: string;
  readonly description: string;
  /** As it was sent. */
  readonly document: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `access`: signs with Signature V4, so its secret is kept, sealed; `api`: shown whole as a token or password, only its keyed hash is kept. */
export type KeyKind = 'access' | 'api';

/** Named by its public id alone, which is unique on the server. */
export interface KeyRecord {
  readonly id: string;
  readonly kind: KeyKind;
  readonly account: string;
  readonly user: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Sealed secret, or the hash of it. */
  readonly secret: string;
  /** Caps the key besides what caps its user. */
  readonly policy?: string;
  readonly expiresAt?: number;
  readonly createdAt: number;
}

export interface AccountRecord {
  readonly id: string;
  readonly canonicalId: string;
  readonly displayName: string;
  readonly createdAt: number;
  /** Counts the changes of the account's records, so that they happen one after the other. */
  readonly changes: number;
}

/** Whose a canonical id is, by that id. */
export interface CanonicalIdRecord {
  readonly account: string;
}

export interface Records {
  readonly accounts: AccountRecord;
  readonly 'canonical-ids': CanonicalIdRecord;
  readonly users: UserRecord;
  readonly groups: GroupRecord;
  readonly roles: RoleRecord;
  readonly policies: PolicyRecord;
  readonly keys: KeyRecord;
}

export type Collection = keyof Records;

/** Collections whose ids are unique in an account only. */
export type OwnedCollection = 'users' | 'groups' | 'roles' | 'policies';

/** A record as it was read. */
export interface Stored<T> {
  readonly record: T;
  readonly revision: number;
}

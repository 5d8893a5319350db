/** What owns buckets, objects and uploads. Independent of access keys. */
export interface Account {
  /** 12 decimal digits. */
  readonly id: string;
  /** Canonical id, shown as `Owner.ID`. */
  readonly canonicalId: string;
  /** Shown as `Owner.DisplayName`. */
  readonly displayName: string;
}

/** An authenticated caller. */
export interface Principal {
  /** `issuer:subject`; the issuer is the colon-free short name that the config gives it. */
  readonly id: string;
  readonly account: Account;
  /** True for the account's root identity. */
  readonly accountRoot: boolean;
  /** True for the root of the whole server. */
  readonly serverRoot: boolean;
  /** The access-key id or token id that was used. Not a secret. */
  readonly credentialId: string;
  /** Names of roles in its account, from its credential; what hangs on its user record comes on top. */
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  /** Policy documents that cap it: each must allow whatever it does. Of sessions and of keys that may less than their owner. */
  readonly sessionPolicies?: readonly string[];
  /** What its credential says of it, by name, for conditions (`zas:claim/NAME`). Never a secret. */
  readonly claims?: Readonly<Record<string, string | readonly string[]>>;
  /** Name of the role whose permissions it has, instead of its own. */
  readonly assumedRole?: string;
  /** When its credential was made and ends, milliseconds since the epoch; absent: not known, or never. */
  readonly issuedAt?: number;
  readonly expiresAt?: number;
}

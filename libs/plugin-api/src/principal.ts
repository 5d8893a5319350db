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
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

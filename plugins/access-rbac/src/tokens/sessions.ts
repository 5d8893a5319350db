import type { CallContext, Clock, Credential, Principal } from '@zas/plugin-api';
import type { AccountDirectory } from '../directory/account-directory.js';
import type { AccessStore } from '../directory/access-store.js';
import type { Generation } from '../directory/generation.js';
import { Kept } from '../directory/kept.js';
import type { KeyRing } from '../secrets/key-ring.js';
import { mergePolicies } from './merge-policies.js';
import { openSession, type SessionClaims } from './session-token.js';

const KEPT = 10_000;
/** Where a policy that caps is gone. */
const DENY_ALL = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}';

/** Says whether what sessions are made from is still there. */
export interface Roots {
  /** @param root as in `SessionClaims.n`; the session's own role is looked at when access is decided */
  isGood(context: CallContext, root: string): Promise<boolean>;
  /** What a session made now from a credential that is no session hangs on. */
  rootOf(principal: Principal): string;
}

/** Temporary credentials: nothing is stored of them, their token says it all. */
export class Sessions {
  readonly #ring: KeyRing;
  readonly #store: AccessStore;
  readonly #accounts: AccountDirectory;
  readonly #generation: Generation;
  readonly #roots: Roots;
  readonly #clock: Clock;
  readonly #opened = new Map<string, SessionClaims>();
  readonly #accountOf = new Map<string, string>();
  readonly #kept = new Kept<string, Credential>(KEPT);
  readonly #rootsOf = new WeakMap<Principal, readonly string[]>();

  constructor(parts: { ring: KeyRing; store: AccessStore; accounts: AccountDirectory; generation: Generation; roots: Roots; clock: Clock }) {
    this.#ring = parts.ring;
    this.#store = parts.store;
    this.#accounts = parts.accounts;
    this.#generation = parts.generation;
    this.#roots = parts.roots;
    this.#clock = parts.clock;
  }

  /** `undefined`: the token is none of ours, not of that key, or what it was made from is gone. One that has ended says so. */
  async find(context: CallContext, accessKeyId: string, token: string): Promise<Credential | undefined> {
    const claims = this.#open(token);
    if (claims?.k !== accessKeyId) return undefined;
    if (claims.e * 1_000 > this.#clock.now()) {
      for (const root of claims.n) if (!(await this.#roots.isGood(context, root))) return undefined;
    }
    const generation = this.#generation.fresh ?? (await this.#generation.check(context));
    let credential = this.#kept.get(generation, accessKeyId);
    if (credential === undefined) {
      credential = await this.credentialOf(context, claims);
      if (credential !== undefined) this.#kept.set(generation, accessKeyId, credential);
    }
    return credential;
  }

  /** What a session made from the principal's credential hangs on, see `SessionClaims.n`. */
  rootsOf(principal: Principal): readonly string[] {
    return this.#rootsOf.get(principal) ?? [this.#roots.rootOf(principal)];
  }

  /** Of a session that was used here not long ago. */
  accountOf(accessKeyId: string): string | undefined {
    return this.#accountOf.get(accessKeyId);
  }

  /** `undefined` when the account is gone. */
  async credentialOf(context: CallContext, claims: SessionClaims): Promise<Credential | undefined> {
    const account = await this.#accounts.find(context, claims.a);
    if (account === undefined) return undefined;
    const managed: string[] = [];
    for (const name of claims.m ?? []) managed.push((await this.#store.findOwned(context, 'policies', claims.a, name))?.record.document ?? DENY_ALL);
    const [own, ...inherited] = claims.d ?? [];
    const session = [...(own ? [own] : []), ...managed];
    const caps = [...(session.length === 0 ? [] : [mergePolicies(session)]), ...inherited];
    const expiresAt = claims.e * 1_000;
    const principal: Principal = Object.freeze({
      id: claims.p,
      account,
      accountRoot: claims.o === 1,
      serverRoot: false,
      credentialId: claims.k,
      roles: [],
      groups: [],
      ...(caps.length === 0 ? {} : { sessionPolicies: caps }),
      ...(claims.c === undefined ? {} : { claims: claims.c }),
      ...(claims.r === undefined ? {} : { assumedRole: claims.r }),
      issuedAt: claims.i,
      expiresAt,
    });
    const role = claims.r === undefined ? [] : [`role:${claims.a}/${claims.r}@${claims.i}`];
    this.#rootsOf.set(principal, [...claims.n, ...role]);
    return { principal, secret: claims.x, expiresAt };
  }

  #open(token: string): SessionClaims | undefined {
    const known = this.#opened.get(token);
    if (known !== undefined) return known;
    const claims = openSession(this.#ring, token);
    if (claims === undefined) return undefined;
    if (this.#opened.size >= KEPT) this.#opened.clear();
    if (this.#accountOf.size >= KEPT) this.#accountOf.clear();
    this.#accountOf.set(claims.k, claims.a);
    this.#opened.set(token, claims);
    return claims;
  }
}

import type { CallContext, Clock, CredentialRenewal, Credentials, Principal } from '@zas/plugin-api';
import { SignJWT, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { GrantedScope } from '../granted-scope.js';
import type { TokenKeys } from './token-keys.js';

/** Audience of our tokens, and the `service` of challenges. */
export const TOKEN_SERVICE = 'zot-artifact-store';

const ALGORITHM = 'HS256';
/** Verified tokens that are remembered. */
const KEPT = 10_000;
const MOST_SCOPES = 100;
/** Characters of a principal in a token; headers have their limits. */
const MOST_WHO = 6_000;

type Kind = 'access' | 'refresh';

interface Claims {
  readonly typ: Kind;
  /** Principal id; absent: anonymous. */
  readonly sub?: string;
  /** Credential id, and a fingerprint of its secret. */
  readonly cid?: string;
  readonly chk?: string;
  /** All of a principal whose credential cannot be looked up again as a pair of keys. */
  readonly who?: Principal;
  readonly iat?: number;
  /** When it was made, milliseconds since the epoch. */
  readonly at?: number;
  /** When what it was made from was: what is revoked makes no newer token. */
  readonly since?: number;
  readonly access?: readonly GrantedScope[];
  readonly exp: number;
}

/** Whom a token speaks for, and what it can be used for at most. */
export interface TokenIdentity {
  /** Absent: anonymous. */
  readonly principal?: Principal;
  readonly scopes: readonly GrantedScope[];
}

/** Who tells whether what a token was made from is still good. */
export interface TokenRoots {
  readonly credentials: Credentials;
  /** Absent: tokens are given to pairs of keys only. */
  readonly renewal: CredentialRenewal | undefined;
}

export interface TokenLifetimes {
  /** Seconds. */
  readonly access: number;
  readonly refresh: number;
}

/**
 * Makes and reads bearer tokens. A token holds who, by which credential, and a
 * ceiling; what that may do is decided anew with each request, and the credential
 * must still be there with the same secret.
 */
export class TokenService {
  private readonly verified = new Map<string, Claims>();
  private readonly renewals = new Map<string, { readonly text: string; readonly principal: Principal }>();

  constructor(
    private readonly keys: TokenKeys,
    private readonly roots: TokenRoots,
    private readonly clock: Clock,
    readonly lifetimes: TokenLifetimes,
  ) {}

  /** @param scopes the ceiling. @returns `undefined` for who has no credential that could be looked up again */
  async sign(context: CallContext, kind: Kind, principal: Principal | undefined, scopes: readonly GrantedScope[]): Promise<string | undefined> {
    const key = await this.keys.signing(context);
    const who = principal && (await this.who(context, principal));
    if (principal && !who) return undefined;
    const at = this.clock.now();
    const now = Math.floor(at / 1000);
    const end = Math.min(now + this.lifetimes[kind], Math.floor((principal?.expiresAt ?? Infinity) / 1000));
    if (end <= now || JSON.stringify(who ?? {}).length > MOST_WHO) return undefined;
    return new SignJWT({ typ: kind, ...who, at, since: principal?.issuedAt, access: scopes.slice(0, MOST_SCOPES) })
      .setProtectedHeader({ alg: ALGORITHM, kid: key.id, typ: 'JWT' })
      .setIssuer(TOKEN_SERVICE)
      .setAudience(TOKEN_SERVICE)
      .setIssuedAt(now)
      .setExpirationTime(end)
      .sign(key.secret);
  }

  /** @returns `undefined` for a token that is not ours, of the other kind, expired, or of a credential that is gone or changed */
  async read(context: CallContext, kind: Kind, token: string): Promise<TokenIdentity | undefined> {
    const claims = this.verified.get(token) ?? (await this.verify(context, token));
    if (claims?.typ !== kind || claims.exp * 1000 <= this.clock.now()) return undefined;
    const scopes = claims.access ?? [];
    if (claims.sub === undefined) return { scopes };
    const at = claims.at ?? (claims.iat ?? 0) * 1000;
    const found = claims.who === undefined ? await this.ofKeys(context, claims) : await this.roots.renewal?.renew(context, claims.who, at);
    return found && { principal: this.asBefore(token, { ...found, issuedAt: found.issuedAt ?? claims.since ?? at }), scopes };
  }

  private async who(context: CallContext, principal: Principal): Promise<Pick<Claims, 'sub' | 'cid' | 'chk' | 'who'> | undefined> {
    const { credentials, renewal } = this.roots;
    const credential = await credentials.find(context, principal.credentialId);
    if (credential?.principal.id === principal.id) return { sub: principal.id, cid: principal.credentialId, chk: this.keys.fingerprint(credential.secret) };
    return renewal && { sub: principal.id, who: principal };
  }

  private async ofKeys(context: CallContext, { sub, cid, chk }: Claims): Promise<Principal | undefined> {
    const credential = cid === undefined ? undefined : await this.roots.credentials.find(context, cid);
    const good = credential && credential.principal.id === sub && this.keys.fingerprint(credential.secret) === chk;
    return good ? credential.principal : undefined;
  }

  /** The same object as before while it says the same, as decisions are kept with it. */
  private asBefore(token: string, found: Principal): Principal {
    const text = JSON.stringify(found);
    const known = this.renewals.get(token);
    if (known?.text === text) return known.principal;
    if (this.renewals.size >= KEPT) this.renewals.clear();
    this.renewals.set(token, { text, principal: found });
    return found;
  }

  private async verify(context: CallContext, token: string): Promise<Claims | undefined> {
    try {
      const { kid } = decodeProtectedHeader(token);
      const key = typeof kid === 'string' ? await this.keys.find(context, kid) : undefined;
      if (!key) return undefined;
      const options = { algorithms: [ALGORITHM], issuer: TOKEN_SERVICE, audience: TOKEN_SERVICE, currentDate: new Date(this.clock.now()) };
      const { payload } = await jwtVerify<Claims>(token, key.secret, options);
      this.remember(token, payload);
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  private remember(token: string, claims: Claims): void {
    if (this.verified.size >= KEPT) this.verified.clear();
    this.verified.set(token, claims);
  }
}

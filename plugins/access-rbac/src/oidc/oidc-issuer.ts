import type { Account, Clock, Logger, Principal } from '@zas/plugin-api';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { errors, jwtVerify } from 'jose';
import { claimAt, type Claims } from './claim-path.js';
import type { IssuerAddress } from './issuer-address.js';
import type { IssuerConfig } from './issuers-config.js';
import { KeySet, type Keys } from './key-set.js';
import { readToken } from './read-token.js';
import { tokenPrincipal } from './token-principal.js';
import { VerifiedTokens } from './verified-tokens.js';

/** A token that holds, and whom it names. */
export interface VerifiedToken {
  readonly principal: Principal;
  readonly claims: Claims;
}

export interface OidcIssuerParts {
  readonly address: Pick<IssuerAddress, 'keys'>;
  readonly account: Account;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Headers by which a token would bring its own key along, or say where one is. */
const EMBEDDED = ['jwk', 'jku', 'x5u', 'x5c'];
const USUAL_TYPES = ['jwt', 'at+jwt'];
const DISABLED = 'the issuer of the token is disabled';

/** What a token has to be, besides signed by the issuer and good at this time. */
type Wanted = Pick<IssuerConfig, 'audiences' | 'authorizedParties' | 'requiredClaims' | 'tokenTypes'>;

/** Checks the tokens of one issuer. */
export class OidcIssuer {
  readonly #keys: KeySet;
  readonly #verified: VerifiedTokens<Keys, VerifiedToken>;

  constructor(
    readonly config: IssuerConfig,
    private readonly parts: OidcIssuerParts,
  ) {
    const { clock, logger, address } = parts;
    this.#verified = new VerifiedTokens(clock);
    this.#keys = new KeySet({
      fetch: () => address.keys(),
      clock,
      logger,
      issuer: config.name,
      freshMs: config.keysFreshMinutes * 60_000,
      cooldownMs: config.refetchSeconds * 1000,
      goodMs: config.keysGoodForHours * 3_600_000,
    });
  }

  /** @returns why it does not hold, as text for whoever sent it, or what it says */
  async verify(token: string): Promise<VerifiedToken | string> {
    if (!this.config.enabled) return DISABLED;
    const remembered = this.#verified.find(token, await this.#keys.current());
    if (remembered) return remembered;
    const verified = await this.#verify(token, this.config);
    if (typeof verified === 'string') return verified;
    this.#verified.add(token, verified.keys, verified, verified.principal.expiresAt! + this.config.clockSkewSeconds * 1000);
    return verified;
  }

  /** As {@link verify}, for the ID token that a login answered: it is for the client, and for this login. */
  async verifyIdToken(token: string, clientId: string, nonce: string): Promise<VerifiedToken | string> {
    if (!this.config.enabled) return DISABLED;
    const verified = await this.#verify(token, { audiences: [clientId], requiredClaims: { '/nonce': nonce } });
    if (typeof verified === 'string') return verified;
    const { azp } = verified.claims;
    return azp === undefined || azp === clientId ? verified : 'the token was given to another party';
  }

  async #verify(token: string, wanted: Wanted): Promise<(VerifiedToken & { readonly keys: Keys }) | string> {
    const read = readToken(token);
    if (!read) return 'malformed token';
    if (EMBEDDED.some((name) => read.header.has(name))) return 'the token brings a key along';
    if (!isKindWanted(read.header.get('typ'), wanted.tokenTypes)) return 'a token of another kind';
    const kid = read.header.get('kid');
    const keys = await this.#keys.holding(typeof kid === 'string' ? kid : undefined);
    if (!keys) return 'the keys of the issuer of the token cannot be had';
    const claims = await this.#check(token, keys, wanted);
    if (typeof claims === 'string') return claims;
    const principal = tokenPrincipal(this.config, claims, token, this.parts.account);
    if (!principal) return 'the token names nobody';
    return { principal, claims, keys };
  }

  async #check(token: string, keys: Keys, { audiences, authorizedParties, requiredClaims }: Wanted): Promise<JWTPayload | string> {
    const { url, algorithms, clockSkewSeconds } = this.config;
    const now = this.parts.clock.now();
    try {
      const { payload } = await jwtVerify(token, (header: JWTHeaderParameters, flattened) => keys.find(header, flattened), {
        algorithms: [...algorithms],
        issuer: url,
        audience: [...audiences],
        clockTolerance: clockSkewSeconds,
        currentDate: new Date(now),
        requiredClaims: ['exp'],
      });
      if (typeof payload.iat === 'number' && payload.iat > now / 1000 + clockSkewSeconds) return 'the token is from the future';
      if (authorizedParties !== undefined && !authorizedParties.includes(String(payload['azp']))) return 'the token was given to another party';
      const missing = Object.entries(requiredClaims).find(([path, value]) => claimAt(payload, path) !== value);
      return missing ? 'a claim of the token is not as wanted' : payload;
    } catch (error) {
      return reasonOf(error);
    }
  }
}

function isKindWanted(type: unknown, wanted: readonly string[] | undefined): boolean {
  if (type === undefined) return wanted === undefined;
  const short = (text: string) => text.toLowerCase().replace(/^application\//, '');
  return typeof type === 'string' && (wanted?.map(short) ?? USUAL_TYPES).includes(short(type));
}

/** Constant texts: what a token holds is not repeated. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIM_REASONS[error.claim] ?? 'a claim of the token is not as wanted';
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) return 'the token is signed in a way that is not taken';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'no key of the issuer fits the token';
  return 'the token does not hold';
}

const CLAIM_REASONS: Readonly<Record<string, string>> = {
  aud: 'the token is for another audience',
  nbf: 'the token is not good yet',
  iss: 'the token is of another issuer',
  exp: 'the token never expires',
};

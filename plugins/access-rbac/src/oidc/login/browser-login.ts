import type { CallContext, Clock, Principal } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { hash } from 'node:crypto';
import type { KeyRing } from '../../secrets/key-ring.js';
import { claimAt } from '../claim-path.js';
import type { IssuerAddress } from '../issuer-address.js';
import type { OidcIssuer } from '../oidc-issuer.js';
import { LOGIN_SECONDS, openLogin, sealLogin } from './login-state.js';

export interface LoginIssuer {
  readonly issuer: OidcIssuer;
  readonly address: IssuerAddress;
}

export interface BrowserLoginParts {
  readonly issuers: readonly LoginIssuer[];
  readonly keys: Pick<KeyRing, 'seal' | 'open'>;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
}

/** What the issuer's redirect brings back. */
export interface LoginAnswer {
  readonly code?: string | undefined;
  readonly state?: string | undefined;
  readonly iss?: string | undefined;
  readonly error?: string | undefined;
}

/**
 * Logins by the authorization code flow with PKCE, state and nonce (RFC 6749, RFC 7636,
 * OpenID Connect Core). Nothing is kept here between the two halves.
 */
export class BrowserLogin {
  constructor(private readonly parts: BrowserLoginParts) {}

  /** @returns where the browser has to go, and what it has to bring back. Throws `not-found` and `unavailable`. */
  async begin(context: CallContext, name: string, target: string, redirectUri: string): Promise<{ readonly location: string; readonly sealed: string }> {
    const { issuer, address } = this.#issuerOf(name);
    const { clientId, scopes } = issuer.config.login!;
    const [state, nonce, verifier] = [0, 0, 0].map(() => this.parts.randomBytes(32).toString('base64url')) as [string, string, string];
    const { authorizationUrl: url } = await this.#discover(context, address);
    if (!url) throw new StoreError('unavailable', 'The issuer has no logins');
    const question = { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: scopes.join(' '), state, nonce, code_challenge: hash('sha256', verifier, 'base64url'), code_challenge_method: 'S256' };
    for (const [key, value] of Object.entries(question)) url.searchParams.set(key, value);
    const expiresAt = this.parts.clock.now() + LOGIN_SECONDS * 1000;
    return { location: url.href, sealed: sealLogin(this.parts.keys, { issuer: name, state, nonce, verifier, target, redirectUri, expiresAt }) };
  }

  /** @param sealed of the cookie that {@link begin} set. Throws `unauthenticated` for an answer to no login of this browser, and `unavailable`. */
  async finish(context: CallContext, answer: LoginAnswer, sealed: string | undefined): Promise<{ readonly principal: Principal; readonly target: string }> {
    const begun = sealed === undefined ? undefined : openLogin(this.parts.keys, this.parts.clock, sealed);
    if (!begun || begun.state !== answer.state) throw new StoreError('unauthenticated', 'No login was begun here, or too long ago');
    const { issuer, address } = this.#issuerOf(begun.issuer);
    if (answer.iss !== undefined && answer.iss !== issuer.config.url) throw new StoreError('unauthenticated', 'The answer is of another issuer');
    if (answer.code === undefined) throw new StoreError('unauthenticated', 'The issuer refused the login');
    const { idToken, accessToken } = await this.#exchange(context, { issuer, address }, { code: answer.code, verifier: begun.verifier, redirectUri: begun.redirectUri });
    const signedIn = await issuer.verifyIdToken(idToken, issuer.config.login!.clientId, begun.nonce);
    if (typeof signedIn === 'string') throw new StoreError('unauthenticated', `The login does not hold: ${signedIn}`);
    // Roles mostly stand in the access token; it counts where it is good here and of the same person.
    const access = accessToken === undefined ? undefined : await issuer.verify(accessToken);
    const same = typeof access === 'object' && claimAt(access.claims, '/sub') === claimAt(signedIn.claims, '/sub') && access.principal.id === signedIn.principal.id;
    return { principal: same ? access.principal : signedIn.principal, target: begun.target };
  }

  #issuerOf(name: string): LoginIssuer {
    const found = this.parts.issuers.find(({ issuer: { config } }) => config.name === name && config.enabled && config.login !== undefined);
    if (!found) throw new StoreError('not-found', 'Nobody logs in there');
    return found;
  }

  async #discover(context: CallContext, address: IssuerAddress) {
    try {
      return await address.discover();
    } catch (cause) {
      context.logger.warn('An issuer cannot be asked for a login', { problem: (cause as Error).message });
      throw new StoreError('unavailable', 'The issuer cannot be asked', { cause });
    }
  }

  async #exchange(context: CallContext, { issuer, address }: LoginIssuer, { code, verifier, redirectUri }: { code: string; verifier: string; redirectUri: string }) {
    const { tokenUrl } = await this.#discover(context, address);
    if (!tokenUrl) throw new StoreError('unavailable', 'The issuer has no logins');
    const { clientId, clientSecret } = issuer.config.login!;
    const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier });
    const headers: Record<string, string> = {};
    if (clientSecret === undefined) form.set('client_id', clientId);
    else headers['authorization'] = `Basic ${Buffer.from([clientId, clientSecret].map(formEncoded).join(':')).toString('base64')}`;
    let answered: Record<string, unknown>;
    try {
      answered = (await address.post(tokenUrl, form, headers)) as Record<string, unknown>;
    } catch (cause) {
      context.logger.warn('An issuer gave no token for a login', { issuer: issuer.config.name, problem: (cause as Error).message });
      throw new StoreError('unauthenticated', 'The issuer gave no token for the login', { cause });
    }
    const { id_token: idToken, access_token: accessToken } = answered;
    if (typeof idToken !== 'string') throw new StoreError('unauthenticated', 'The issuer gave no token for the login');
    return { idToken, accessToken: typeof accessToken === 'string' ? accessToken : undefined };
  }
}

/** As RFC 6749, section 2.3.1 wants names and secrets of clients. */
const formEncoded = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2);

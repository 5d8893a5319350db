import type { AuthenticationRequest, AuthenticationResult, Authenticator, CallContext, Principal } from '@zas/plugin-api';
import { apiKeyIdOf, API_KEY_PREFIX } from '../../directory/key-format.js';
import type { Keys } from '../../directory/keys.js';
import type { KnownKeys } from '../../directory/known-keys.js';
import { bearerTokenOf } from '../../oidc/bearer-token.js';
import type { PasswordAnswer, PasswordSource } from '../passwords/password-source.js';

/** Whose an API key is. */
export interface KeyOwner {
  readonly id: string;
  readonly user: string;
  readonly principal: Principal;
}

/** Looks up API keys and checks them. */
export class ApiKeys {
  readonly #keys: Keys;
  readonly #known: KnownKeys;

  constructor(keys: Keys, known: KnownKeys) {
    this.#keys = keys;
    this.#known = known;
  }

  /** `undefined`: it is none, not whole, gone, disabled, expired, or not the one that was given out. */
  async ownerOf(context: CallContext, token: string): Promise<KeyOwner | undefined> {
    const id = apiKeyIdOf(token);
    const found = id === undefined ? undefined : await this.#known.find(context, id);
    if (found?.key.kind !== 'api' || !this.#keys.isTokenOf(found.key, token)) return undefined;
    return { id: found.key.id, user: found.key.user, principal: found.principal };
  }
}

/** As every client can say it that knows no other name. */
const ANY_NAME = 'token';

/** Basic with an API key as the password, as `docker login` sends it. The name is the user's, the key's id, or `token`. */
export class ApiKeySource implements PasswordSource {
  readonly unguessable = true;
  readonly #keys: ApiKeys;

  constructor(keys: ApiKeys) {
    this.#keys = keys;
  }

  async verify(context: CallContext, name: string, password: string): Promise<PasswordAnswer> {
    if (!password.startsWith(API_KEY_PREFIX)) return 'unknown';
    const owner = await this.#keys.ownerOf(context, password);
    const named = owner !== undefined && [owner.user, owner.id, ANY_NAME].includes(name);
    // Nobody's password looks so by chance: no other source is asked.
    return named ? { outcome: 'accepted', principal: owner.principal } : 'wrong';
  }
}

/** API keys as bearer tokens. */
export class ApiKeyAuthenticator implements Authenticator {
  readonly challenge = 'Bearer realm="zot-artifact-store"';
  readonly #keys: ApiKeys;

  constructor(keys: ApiKeys) {
    this.#keys = keys;
  }

  async authenticate(context: CallContext, request: AuthenticationRequest): Promise<AuthenticationResult> {
    const token = bearerTokenOf(request);
    if (token === undefined || !token.startsWith(API_KEY_PREFIX)) return { outcome: 'not-mine' };
    const owner = await this.#keys.ownerOf(context, token);
    return owner === undefined ? { outcome: 'rejected', reason: 'no such API key' } : { outcome: 'accepted', principal: owner.principal };
  }
}

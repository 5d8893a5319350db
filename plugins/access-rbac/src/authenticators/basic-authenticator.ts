import type { AuthenticationRequest, AuthenticationResult, Authenticator, CallContext } from '@zas/plugin-api';
import crypto from 'node:crypto';
import type { LoginThrottle } from './login-throttle.js';
import type { PasswordAnswer, PasswordSource } from './passwords/password-source.js';

const MAX_HEADER = 4_096;
/** Nobody's name is longer. */
const MAX_NAME = 256;
const REJECTED: AuthenticationResult = { outcome: 'rejected', reason: 'unknown access key or wrong secret' };
const MALFORMED: AuthenticationResult = { outcome: 'rejected', reason: 'malformed Basic credential' };
/** For keeping sources as busy as an unknown name would. */
const NOBODY = `nobody-${crypto.randomBytes(12).toString('hex')}`;

/**
 * HTTP Basic: an access-key id and its secret, or a name and a password. The first
 * source that knows the name decides. A name that none knows, or that an early source
 * knows, costs as much as one that the last one knows.
 */
export class BasicAuthenticator implements Authenticator {
  readonly challenge = 'Basic realm="zot-artifact-store", charset="UTF-8"';
  readonly #sources: readonly PasswordSource[];
  readonly #unguessable: readonly PasswordSource[];
  readonly #throttle: LoginThrottle;

  constructor(sources: readonly PasswordSource[], throttle: LoginThrottle) {
    this.#sources = sources;
    this.#unguessable = sources.filter(({ unguessable }) => unguessable === true);
    this.#throttle = throttle;
  }

  /** Throws `slow-down` for who failed too often, and what the sources throw. */
  async authenticate(context: CallContext, request: AuthenticationRequest): Promise<AuthenticationResult> {
    const header = request.headers.authorization;
    if (typeof header !== 'string' || !/^basic(\s|$)/i.test(header)) return { outcome: 'not-mine' };
    const encoded = header.slice('basic'.length).trim();
    if (header.length > MAX_HEADER || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) return MALFORMED;
    const decoded = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon === -1) return MALFORMED;
    const [name, password] = [decoded.slice(0, colon), decoded.slice(colon + 1)];

    // They need no slowing down, and make no failures of others of that name forgotten.
    const key = await this.#ask(this.#unguessable, context, name, password);
    if (typeof key !== 'string') return key;
    this.#throttle.check(name, request.peerAddress);
    const answer = await this.#ask(this.#sources, context, name, password);
    if (typeof answer === 'string') {
      this.#throttle.failed(name, request.peerAddress, password);
      return REJECTED;
    }
    this.#throttle.succeeded(name, request.peerAddress);
    return answer;
  }

  async #ask(sources: readonly PasswordSource[], context: CallContext, name: string, password: string): Promise<PasswordAnswer> {
    for (const [index, source] of sources.entries()) {
      const answer = await source.verify(context, name.length === 0 || name.length > MAX_NAME ? NOBODY : name, password);
      if (answer === 'unknown') continue;
      if (answer === 'wrong') for (const later of sources.slice(index + 1)) await later.verify(context, NOBODY, password);
      return answer;
    }
    return 'unknown';
  }
}

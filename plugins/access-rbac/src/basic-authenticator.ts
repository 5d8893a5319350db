import type { AuthenticationRequest, AuthenticationResult, Authenticator, CallContext } from '@zas/plugin-api';
import { hash, timingSafeEqual } from 'node:crypto';
import type { Directory } from './directory.js';

const MAX_HEADER = 4_096;
const REJECTED: AuthenticationResult = { outcome: 'rejected', reason: 'unknown access key or wrong secret' };

/** HTTP Basic with an access-key id and its secret, for what is not S3-signed. */
export class BasicAuthenticator implements Authenticator {
  readonly challenge = 'Basic realm="zot-artifact-store", charset="UTF-8"';
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  async authenticate(_context: CallContext, request: AuthenticationRequest): Promise<AuthenticationResult> {
    const header = request.headers.authorization;
    if (typeof header !== 'string' || !/^basic(\s|$)/i.test(header)) return { outcome: 'not-mine' };
    const encoded = header.slice('basic'.length).trim();
    if (header.length > MAX_HEADER || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) {
      return { outcome: 'rejected', reason: 'malformed Basic credential' };
    }
    const decoded = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon === -1) return { outcome: 'rejected', reason: 'malformed Basic credential' };

    const known = this.#directory.keys.get(decoded.slice(0, colon));
    // An unknown key is compared too, with a secret that nobody has, so that it takes as long.
    const right = sameSecret(decoded.slice(colon + 1), known?.secret ?? '');
    return right && known !== undefined ? { outcome: 'accepted', principal: known.principal } : REJECTED;
  }
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

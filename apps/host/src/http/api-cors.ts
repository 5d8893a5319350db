import type { HttpConfig } from '@zas/config';
import type { Answer } from './answer.js';
import type { Exchange } from './exchange.js';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const SENT = 'authorization, content-type, content-range, range, accept, if-match, if-none-match, x-csrf-token';
/** What scripts may read of an answer beyond what they always may. */
const SHOWN = [
  'content-length, content-range, range, location, link, etag, www-authenticate, retry-after, warning, x-request-id',
  'docker-content-digest, docker-distribution-api-version, docker-upload-uuid',
  'oci-subject, oci-tag, oci-filters-applied, oci-chunk-min-length',
].join(', ');

/**
 * Pages of other origins that may use the API (Fetch standard, "CORS protocol"): those
 * that are listed, letter by letter. They may send credentials, so no answer ever
 * allows all origins, nor one that is not listed.
 */
export class ApiCors {
  private readonly origins: ReadonlySet<string>;
  private readonly maxAge: string;

  constructor({ origins, maxAgeSeconds }: HttpConfig['cors']) {
    this.origins = new Set(origins);
    this.maxAge = String(maxAgeSeconds);
  }

  /** The answer of a preflight for a page that is allowed; it looks at no credential. `undefined` for any other request. */
  preflight({ request }: Exchange): Answer | undefined {
    const { method, headers } = request;
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined || !this.isAllowed(headers.origin)) return undefined;
    const told = { 'access-control-allow-methods': METHODS, 'access-control-allow-headers': SENT, 'access-control-max-age': this.maxAge };
    return this.shownTo(headers.origin, { status: 204, headers: told });
  }

  /** The answer, for the page that asked to read it if it may. */
  shownTo(origin: string | undefined, answer: Answer): Answer {
    const { vary } = answer.headers;
    const headers = { ...answer.headers, vary: vary === undefined ? 'Origin' : `${String(vary)}, Origin` };
    if (!this.isAllowed(origin)) return { ...answer, headers };
    const allowed = { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', 'access-control-expose-headers': SHOWN };
    return { ...answer, headers: { ...headers, ...allowed } };
  }

  private isAllowed(origin: string | undefined): origin is string {
    return origin !== undefined && this.origins.has(origin);
  }
}

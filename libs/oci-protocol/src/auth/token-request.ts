import { badRequest } from '../errors/oci-error.js';
import { hasControlCharacters } from '../names/control-characters.js';
import type { OciQuery } from '../target/query.js';
import { parsePairs } from '../target/query.js';
import type { ResourceScope } from './scope.js';
import { parseScopes } from './scope.js';

/** What every request for a token says. */
interface TokenQuestion {
  /** Whom the token is for; absent: this registry. */
  readonly service?: string;
  /** What the token shall allow at most; may be empty. */
  readonly scopes: readonly ResourceScope[];
  /** Name that the client gives itself, for the log. */
  readonly clientId?: string;
  /** A refresh token is wanted too. */
  readonly offline: boolean;
}

/** GET of the token endpoint; who asks stands in `Authorization`. */
export interface TokenQuery extends TokenQuestion {
  /** The name that the client believes to log in with. */
  readonly account?: string;
}

/** POST of the token endpoint (OAuth 2). */
export type TokenForm = TokenQuestion &
  (
    | { readonly grantType: 'password'; readonly username: string; readonly password: string }
    | { readonly grantType: 'refresh_token'; readonly refreshToken: string }
  );

/** Longest form and longest credential within it, in characters. */
const MAX_FORM_LENGTH = 65_536;
const MAX_CREDENTIAL_LENGTH = 16_384;
/** Longest name of any kind. */
const MAX_TEXT_LENGTH = 255;

/**
 * Reads `service`, `scope` (repeatable), `account`, `client_id` and `offline_token`.
 * @throws OciError `UNSUPPORTED` 400 for a parameter that comes twice, is too long or
 *   holds control characters, and for too many scopes
 */
export function readTokenQuery(query: OciQuery): TokenQuery {
  const offline = text(query, 'offline_token');
  return {
    service: text(query, 'service'),
    scopes: parseScopes(query.all('scope')),
    account: text(query, 'account'),
    clientId: text(query, 'client_id'),
    offline: offline === 'true' || offline === '1',
  };
}

/**
 * Reads the form of an OAuth 2 request: `grant_type` with `username` and `password`
 * or `refresh_token`, `service`, `client_id`, `access_type`, `scope` (repeatable
 * too). Distribution's text demands `service` and `client_id`; not all clients send
 * them, so they may be absent.
 * @param body `application/x-www-form-urlencoded`, of ASCII as it is then
 * @throws OciError `UNSUPPORTED` 413 for more than 64 Ki characters or 256 fields; 400, with
 *   OAuth's word for it in `detail.error`, for an unknown or missing grant, a missing
 *   credential, and what {@link readTokenQuery} refuses
 */
export function parseTokenForm(body: string): TokenForm {
  const form = parsePairs(body, MAX_FORM_LENGTH, 413);
  const question = {
    service: text(form, 'service'),
    scopes: parseScopes(form.all('scope')),
    clientId: text(form, 'client_id'),
    offline: text(form, 'access_type') === 'offline',
  };
  const grantType = text(form, 'grant_type');
  if (grantType === 'password') {
    return { ...question, grantType, username: credential(form, 'username'), password: credential(form, 'password') };
  }
  if (grantType === 'refresh_token') {
    return { ...question, grantType, refreshToken: credential(form, 'refresh_token') };
  }
  if (grantType === undefined) throw missing('grant_type');
  throw badRequest('grant type not supported', { error: 'unsupported_grant_type' });
}

/** An empty parameter counts as absent. */
function text(query: OciQuery, name: string): string | undefined {
  return bounded(query.single(name), name, MAX_TEXT_LENGTH) || undefined;
}

function credential(form: OciQuery, name: string): string {
  const value = bounded(form.single(name), name, MAX_CREDENTIAL_LENGTH);
  if (value === undefined) throw missing(name);
  return value;
}

function bounded(value: string | undefined, name: string, length: number): string | undefined {
  if (value === undefined || (value.length <= length && !hasControlCharacters(value))) return value;
  throw badRequest('malformed parameter', { error: 'invalid_request', parameter: name });
}

function missing(name: string): Error {
  return badRequest('parameter missing', { error: 'invalid_request', parameter: name });
}

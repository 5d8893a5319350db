import type { Authenticator, Authorizer } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import type { ArtifactRegistry, PullRecorder } from '@zas/artifact-registry';
import type { ResourceScope, TokenForm, TokenQuery } from '@zas/oci-protocol';
import {
  ERRORS_CONTENT_TYPE,
  OciError,
  OciQuery,
  isEmptyBasic,
  ociError,
  parseAuthorization,
  parseQuery,
  parseTokenForm,
  readTokenQuery,
  renderErrors,
  renderTokenResponse,
  toOciErrors,
} from '@zas/oci-protocol';
import type { Answer } from '../../http/answer.js';
import { authenticateRequest } from '../../http/authenticate-request.js';
import type { Door } from '../../http/door.js';
import type { Exchange } from '../../http/exchange.js';
import { ACTIONS_OF_SCOPE } from '../anonymous-policy.js';
import type { GrantedScope } from '../granted-scope.js';
import type { OciCallSettings } from '../oci-caller.js';
import { OciCaller } from '../oci-caller.js';
import type { TokenService } from './token-service.js';
import { TOKEN_SERVICE } from './token-service.js';

const FORM_BYTES = 64 * 1024;

export interface TokenDoorParts {
  readonly registry: ArtifactRegistry;
  readonly pulls: PullRecorder;
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer | undefined;
  readonly tokens: TokenService;
  readonly settings: OciCallSettings;
}

/**
 * The token endpoint, by GET and as OAuth 2 has it (Distribution, "Token
 * Authentication Specification" and "OAuth2 Token Authentication"). A token holds
 * what was asked for as far as it may be done now; with neither it is empty, and
 * the request that it is sent with is refused then.
 */
export class TokenDoor implements Door {
  readonly name = 'token';

  constructor(private readonly parts: TokenDoorParts) {}

  async handle(exchange: Exchange): Promise<Answer> {
    const { context, request } = exchange;
    exchange.operation = 'oci:GetToken';
    if (request.method === 'POST') {
      const form = parseTokenForm(await readForm(exchange));
      this.checkService(form.service);
      await this.identify(exchange, form);
      return this.grant(exchange, form, form.grantType === 'refresh_token' ? form.refreshToken : undefined);
    }
    if (request.method !== 'GET') throw ociError('UNSUPPORTED', { headers: { allow: 'GET, POST' } });
    const question = readTokenQuery(parseQuery(exchange.url.split('?', 2)[1] ?? ''));
    this.checkService(question.service);
    const authorization = parseAuthorization(request.headers.authorization);
    if (authorization.kind !== 'none' && !isEmptyBasic(authorization)) {
      await authenticateRequest(this.parts.authenticators, context, request, exchange.url, exchange.transport);
      if (!context.principal) throw ociError('UNAUTHORIZED');
    }
    return this.grant(exchange, question);
  }

  renderError(exchange: Exchange, error: unknown): Answer {
    const bad = isStoreError(error) && error.code === 'unauthenticated' ? ociError('UNAUTHORIZED') : error;
    const errors = toOciErrors(bad);
    const [{ status, headers }] = errors;
    const challenges = this.parts.authenticators.map(({ challenge }) => challenge);
    return {
      status,
      headers: { ...headers, 'content-type': ERRORS_CONTENT_TYPE, 'cache-control': 'no-store', 'www-authenticate': status === 401 ? challenges : undefined },
      body: exchange.request.method === 'HEAD' ? undefined : renderErrors(errors),
    };
  }

  private checkService(service: string | undefined): void {
    if (service !== undefined && service !== TOKEN_SERVICE) throw new OciError('UNSUPPORTED', { status: 400, message: 'tokens of another service', detail: { service: TOKEN_SERVICE } });
  }

  private async identify({ context, request, url, transport }: Exchange, form: TokenForm): Promise<void> {
    if (form.grantType === 'refresh_token') {
      context.principal = (await this.parts.tokens.read(context, 'refresh', form.refreshToken))?.principal;
    } else {
      const authorization = `Basic ${Buffer.from(`${form.username}:${form.password}`).toString('base64')}`;
      const asked = { ...request, method: 'POST', headers: { ...request.headers, authorization } };
      await authenticateRequest(this.parts.authenticators, context, asked as typeof request, url, transport);
    }
    if (!context.principal) throw ociError('UNAUTHORIZED');
  }

  private async grant(exchange: Exchange, question: TokenQuery | TokenForm, refreshToken?: string): Promise<Answer> {
    const { tokens, registry } = this.parts;
    const { context } = exchange;
    const scopes = await this.allowed(exchange, question.scopes);
    const token = await tokens.sign(context, 'access', context.principal, scopes);
    if (token === undefined) throw ociError('DENIED', { message: 'no token can be made of this credential' });
    const wantsRefresh = question.offline && context.principal !== undefined;
    const body = renderTokenResponse({
      token,
      expiresIn: tokens.lifetimes.access,
      issuedAt: registry.clock.now(),
      scopes: scopes.filter(({ actions }) => actions.length > 0),
      refreshToken: refreshToken ?? (wantsRefresh ? await tokens.sign(context, 'refresh', context.principal, []) : undefined),
    });
    return { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body };
  }

  /** What of the wanted scopes can be used now, and what not. */
  private allowed(exchange: Exchange, wanted: readonly ResourceScope[]): Promise<readonly GrantedScope[]> {
    return Promise.all(wanted.map(async (scope) => (scope.type === 'registry' ? scope : this.granted(exchange, scope))));
  }

  private async granted(exchange: Exchange, scope: Extract<ResourceScope, { type: 'repository' }>): Promise<GrantedScope> {
    const { registry } = this.parts;
    const target = { kind: 'tags', name: scope.name, query: OciQuery.empty } as const;
    const call = new OciCaller({ exchange, ...this.parts, target, credential: { kind: 'other' } });
    call.found = await registry.metadata.repositories.find(exchange.context, scope.name);
    const wanted = scope.actions.includes('*') ? ALL : scope.actions.filter((action) => action !== '*');
    const usable = await Promise.all(
      wanted.map(async (action) => (await Promise.all(ACTIONS_OF_SCOPE[action].map((one) => call.may(one)))).some((may) => may)),
    );
    return { ...scope, actions: wanted.filter((_action, i) => usable[i]), refused: wanted.filter((_action, i) => !usable[i]) };
  }
}

const ALL = ['pull', 'push', 'delete'] as const;

async function readForm(exchange: Exchange): Promise<string> {
  const type = String(exchange.request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw ociError('UNSUPPORTED', { status: 415, message: 'a form is wanted' });
  const pieces: Buffer[] = [];
  for await (const piece of exchange.body()) {
    pieces.push(piece);
    if (exchange.bytesIn > FORM_BYTES) throw ociError('SIZE_INVALID', { status: 413 });
  }
  return Buffer.concat(pieces).toString('latin1');
}

import type { Authenticator, Authorizer, Clock, HttpRoute, HttpRouteResponse } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { z } from 'zod';
import type { Answer } from './answer.js';
import { authenticateRequest, requirePermission } from './authenticate-request.js';
import type { Door } from './door.js';
import type { Exchange } from './exchange.js';
import { globalAttributes } from './global-attributes.js';
import { jsonError } from './json-errors.js';
import { requestOrigin } from './request-origin.js';
import { withRestHeaders } from './rest-headers.js';

const JSON_BYTES = 1024 * 1024;
const MOST_PROBLEMS = 10;
const MOST_CHARACTERS = 2_000;

export interface RestDoorParts {
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer | undefined;
  readonly clock: Clock;
  readonly region: string;
  readonly publicUrl: string | undefined;
}

/** One REST route with its path parameters filled in: authentication, permission, validation, handler. */
export class RestDoor implements Door {
  readonly name = 'rest';
  readonly isUnlimited: boolean;

  constructor(
    private readonly parts: RestDoorParts,
    private readonly route: HttpRoute,
    private readonly operation: string,
    private readonly params: Readonly<Record<string, string>>,
  ) {
    this.isUnlimited = /^\/health(\/|$)/.test(route.path);
  }

  async handle(exchange: Exchange): Promise<Answer> {
    const { route, parts } = this;
    const { context, request } = exchange;
    exchange.operation = this.operation;
    const { params } = this;
    if (route.permission !== 'public') {
      await authenticateRequest(parts.authenticators, context, request, exchange.url, exchange.transport);
      exchange.admitPrincipal();
      // Nobody is allowed what is not public; nothing of his request is read.
      if (!context.principal) throw new StoreError('unauthenticated', 'A credential is needed');
    }
    const asked = readQuery(exchange.url);
    const attributes = globalAttributes(exchange, { region: parts.region, now: parts.clock.now() });
    if (route.permission !== 'public' && route.permission !== 'signed-in') {
      const resource = route.resource?.(context, { params, query: asked }) ?? { type: 'admin', name: this.operation };
      exchange.asked = { action: route.permission, resource };
      await requirePermission(parts.authorizer, context, route.permission, resource, attributes);
    }
    const query = this.checkQuery(asked);
    const body = route.body === 'json' ? await this.readJson(exchange) : undefined;
    const origin = parts.publicUrl ?? requestOrigin(exchange);
    return this.guarded(exchange, render(await route.handle(context, { params, query, headers: request.headers, body, secure: exchange.secure, origin, attributes })));
  }

  renderError(exchange: Exchange, error: unknown): Answer {
    return this.guarded(exchange, jsonError(error, exchange.context.requestId, this.parts.authenticators.map((authenticator) => authenticator.challenge)));
  }

  private guarded({ secure }: Exchange, answer: Answer): Answer {
    return withRestHeaders(answer, { secure, isPublic: this.route.permission === 'public' });
  }

  private checkQuery(query: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
    const parsed = this.route.queryInput?.safeParse({ ...query });
    if (parsed && !parsed.success) throw malformed(parsed.error);
    return parsed ? parsed.data : query;
  }

  /** Pages of other sites can send forms and plain text as whoever is signed in, JSON they cannot. */
  private async readJson(exchange: Exchange): Promise<unknown> {
    const type = String(exchange.request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
    if (type !== 'application/json') throw new StoreError('invalid-argument', 'The body has to be application/json');
    const pieces: Buffer[] = [];
    for await (const piece of exchange.body()) {
      pieces.push(piece);
      if (exchange.bytesIn > JSON_BYTES) throw new StoreError('too-large', 'The body is too large', { details: { maxSize: JSON_BYTES } });
    }
    let value: unknown;
    try {
      value = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    } catch {
      throw new StoreError('invalid-argument', 'The body is not JSON');
    }
    const parsed = this.route.input?.safeParse(value);
    if (parsed && !parsed.success) throw malformed(parsed.error);
    return parsed ? parsed.data : value;
  }
}

/** The first problems of many: an answer is never larger than what was asked. */
function malformed({ issues }: z.ZodError): StoreError {
  return new StoreError('invalid-argument', z.prettifyError(new z.ZodError(issues.slice(0, MOST_PROBLEMS))).slice(0, MOST_CHARACTERS));
}

/** Repeated parameters are refused: which one counts, nobody could tell. */
function readQuery(url: string): Readonly<Record<string, string>> {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(url.split('?', 2)[1] ?? '')) {
    if (name in query) throw new StoreError('invalid-argument', 'A query parameter stands there twice');
    query[name] = value;
  }
  return query;
}

function render({ status, headers = {}, body }: HttpRouteResponse): Answer {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return { status, headers, body };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${JSON.stringify(body)}\n` };
}

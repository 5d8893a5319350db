import type { Authenticator, Authorizer, HttpRoute, HttpRouteResponse } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { z } from 'zod';
import type { Answer } from './answer.js';
import { authenticateRequest, requireAdmin } from './authenticate-request.js';
import type { Door } from './door.js';
import type { Exchange } from './exchange.js';
import { jsonError } from './json-errors.js';

const JSON_BYTES = 1024 * 1024;

export interface RestDoorParts {
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer | undefined;
}

/** One REST route with its path parameters filled in: authentication, permission, validation, handler. */
export class RestDoor implements Door {
  readonly name = 'rest';

  constructor(
    private readonly parts: RestDoorParts,
    private readonly route: HttpRoute,
    private readonly operation: string,
    private readonly params: Readonly<Record<string, string>>,
  ) {}

  async handle(exchange: Exchange): Promise<Answer> {
    const { route, parts } = this;
    const { context, request } = exchange;
    exchange.operation = this.operation;
    if (route.permission !== 'public') {
      await authenticateRequest(parts.authenticators, context, request, exchange.url);
      await requireAdmin(parts.authorizer, context, route.permission, this.operation);
    }
    const query = Object.fromEntries(new URLSearchParams(exchange.url.split('?', 2)[1] ?? ''));
    const body = route.body === 'json' ? await this.readJson(exchange) : undefined;
    return render(await route.handle(context, { params: this.params, query, headers: request.headers, body }));
  }

  renderError(exchange: Exchange, error: unknown): Answer {
    return jsonError(error, exchange.context.requestId, this.parts.authenticators.map((authenticator) => authenticator.challenge));
  }

  private async readJson(exchange: Exchange): Promise<unknown> {
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
    if (parsed && !parsed.success) throw new StoreError('invalid-argument', z.prettifyError(parsed.error));
    return parsed ? parsed.data : value;
  }
}

/** Answers what no route answers. */
export const notFoundRoute: HttpRoute = {
  method: 'GET',
  path: '/*',
  permission: 'public',
  body: 'none',
  summary: 'Nothing is here',
  handle: async () => {
    throw new StoreError('not-found', 'Nothing is here');
  },
};

function render({ status, headers = {}, body }: HttpRouteResponse): Answer {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return { status, headers, body };
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${JSON.stringify(body)}\n` };
}

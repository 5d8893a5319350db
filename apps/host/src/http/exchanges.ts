import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Logger } from '@zas/plugin-api';
import { errorCodeOf, StoreError } from '@zas/plugin-api';
import { RequestContext } from '@zas/observability';
import type { Answer } from './answer.js';
import type { ClientAddresses } from './client-address.js';
import type { ClientCertificates } from './client-certificates.js';
import type { Door } from './door.js';
import { Exchange } from './exchange.js';
import { lingerOnClose } from './linger-on-close.js';
import type { ExchangeAudit } from './exchange-audit.js';
import type { HttpMeters } from './http-meters.js';
import { type RateLimits, secondsToWait } from './rate-limits.js';

export interface ExchangeOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly requestId: () => string;
  readonly addresses: ClientAddresses;
  readonly certificates: ClientCertificates;
  readonly meters: HttpMeters;
  /** Absent: anybody may ask as often as he likes. */
  readonly limits?: RateLimits;
  /** Absent: no trail is kept. */
  readonly audit?: ExchangeAudit;
  /** A request that runs longer is aborted. */
  readonly requestSeconds: number;
  /** Up to this many unread bytes of a refused body are read so that the connection can stay. */
  readonly drainBytes: number;
}

/** Requests that wait for `100 Continue`; told to `Exchange` by the server. */
export const EXPECTS_CONTINUE = Symbol('expects continue');

/**
 * The one exit: every request of every door is given its context, answered or
 * refused, measured, logged and audited here, once.
 */
export class Exchanges {
  private readonly running = new Set<Exchange>();
  private readonly watch: NodeJS.Timeout;
  private whenIdle: (() => void) | undefined;

  constructor(private readonly options: ExchangeOptions) {
    this.watch = setInterval(() => this.abortOverdue(), 1000);
    this.watch.unref();
  }

  /** Answers one request; never rejects. `url` is the target as sent, also when the router saw another. */
  async run(door: Door, request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
    const { logger, clock, requestId, addresses } = this.options;
    const id = requestId();
    const context = new RequestContext({ requestId: id, logger, address: addresses.of(request) });
    const exchange = new Exchange(request, response, context, url, clock.monotonic());
    exchange.expectsContinue = (request as { [EXPECTS_CONTINUE]?: boolean })[EXPECTS_CONTINUE] === true;
    exchange.secure = addresses.isSecure(request);
    this.running.add(exchange);
    response.on('close', () => {
      if (!response.writableFinished) context.abort(new StoreError('aborted', 'The client hung up'));
    });
    let failure: unknown;
    try {
      failure = await this.answer(door, exchange);
    } catch (error) {
      failure = error;
      response.destroy();
    }
    this.running.delete(exchange);
    this.record(door, exchange, failure);
    if (this.running.size === 0) this.whenIdle?.();
  }

  /** Resolves when nothing runs any more, or at the limit, after which what still runs is cut off. */
  async drain(limitMs: number): Promise<void> {
    if (this.running.size > 0) {
      const idle = new Promise<void>((resolve) => (this.whenIdle = resolve));
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([idle, new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)))]);
      clearTimeout(timer);
    }
    clearInterval(this.watch);
    for (const exchange of this.running) this.cut(exchange, 'The server stops');
  }

  private async answer(door: Door, exchange: Exchange): Promise<unknown> {
    let failure: unknown;
    let answer: Answer;
    try {
      this.admit(door, exchange);
      const ready = this.options.audit?.ready(door, exchange);
      if (ready) await ready;
      answer = await door.handle(exchange);
    } catch (error) {
      failure = error;
      answer = door.renderError(exchange, error);
    }
    try {
      await this.send(exchange, answer);
    } catch (error) {
      // Nothing was sent yet: the client can still be told. Otherwise breaking off is all that is left.
      if (exchange.response.headersSent || exchange.response.destroyed) throw error;
      failure = error;
      for (const name of exchange.response.getHeaderNames()) exchange.response.removeHeader(name);
      await this.send(exchange, door.renderError(exchange, error));
    }
    return failure;
  }

  /** What is asked of every request before its door begins. */
  private admit(door: Door, exchange: Exchange): void {
    const { limits, certificates } = this.options;
    if (limits && !door.isUnlimited) {
      limits.ofAddress(exchange.context.address ?? '');
      exchange.limits = limits;
    }
    exchange.clientCertificate = certificates.of(exchange.request);
  }

  private async send(exchange: Exchange, answer: Answer): Promise<void> {
    const { request, response } = exchange;
    const { status, headers, body } = answer;
    if (response.destroyed) return;
    response.statusCode = status;
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined) response.setHeader(name, value);
    }
    if (!request.complete && exchange.hasBody) this.leaveBody(exchange);
    if (body !== undefined && !response.hasHeader('content-length')) {
      response.setHeader('Content-Length', typeof body === 'string' ? Buffer.byteLength(body) : body.length);
    }
    if (request.method === 'HEAD' || body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
      // Without a body Node would choose chunked framing.
      if (body === undefined && request.method !== 'HEAD' && status !== 204 && status !== 304) response.setHeader('Content-Length', 0);
      response.end(request.method === 'HEAD' ? undefined : body);
      return;
    }
    await body.write((piece) => new Promise((resolve, reject) => response.write(piece, (error) => (error ? reject(error) : resolve()))));
    response.end();
  }

  /** An early refusal: a short rest of the body is read away by Node; a long one costs the connection. */
  private leaveBody(exchange: Exchange): void {
    const { request, response } = exchange;
    const stated = Number(request.headers['content-length'] ?? Infinity);
    if (exchange.expectsContinue || !(stated - exchange.bytesIn <= this.options.drainBytes)) {
      response.setHeader('Connection', 'close');
      lingerOnClose(request.socket);
    }
    exchange.leaveBody();
    let left = this.options.drainBytes;
    request.on('data', (piece: Buffer) => {
      left -= piece.length;
      if (left < 0) request.pause();
    });
    request.on('error', () => undefined);
    request.resume();
  }

  private record(door: Door, exchange: Exchange, failure: unknown): void {
    const { clock, logger, meters, audit } = this.options;
    const { request, response, context } = exchange;
    const seconds = (clock.monotonic() - exchange.startedAt) / 1000;
    const bytesOut = Number(response.getHeader('content-length') ?? 0);
    const cut = !response.writableEnded;
    meters.request(exchange.operation, cut ? 'cut' : String(response.statusCode), seconds, exchange.bytesIn, cut ? 0 : bytesOut);
    audit?.exit(door, exchange, failure);
    logger.info('request', {
      requestId: context.requestId,
      door: door.name,
      operation: exchange.operation,
      method: request.method,
      status: response.statusCode,
      principal: context.principal?.id,
      credential: context.principal?.credentialId,
      address: context.address,
      bytesIn: exchange.bytesIn,
      bytesOut,
      ms: Math.round(seconds * 1e6) / 1000,
      ...(cut ? { cut: true } : undefined),
    });
    if (failure !== undefined && (response.statusCode >= 500 || cut) && secondsToWait(failure) === undefined) {
      const level = context.aborted || errorCodeOf(failure) === 'aborted' ? 'info' : 'error';
      logger[level]('request failed', { requestId: context.requestId, operation: exchange.operation, error: failure });
    }
  }

  private abortOverdue(): void {
    const oldest = this.options.clock.monotonic() - this.options.requestSeconds * 1000;
    for (const exchange of this.running) if (exchange.startedAt < oldest) this.cut(exchange, 'The request took too long');
  }

  private cut(exchange: Exchange, reason: string): void {
    exchange.context.abort(new StoreError('timeout', reason));
    exchange.response.destroy();
  }
}

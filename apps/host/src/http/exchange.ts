import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestContext } from '@zas/observability';
import type { ClientCertificate, Decision, Resource } from '@zas/plugin-api';
import { freePieces } from './free-pieces.js';
import type { RateLimits } from './rate-limits.js';

/** A question to the authorizer and what it said. */
export interface Asked {
  readonly action: string;
  readonly resource: Resource;
  readonly decision?: Decision;
}

/** One request and what is known about it while it is answered. */
export class Exchange {
  /** For log and metrics; the door sets it as soon as it knows. */
  operation = 'unknown';
  /** Bytes of the body that were read. */
  bytesIn = 0;
  /** Headers of whatever answer the request gets, an error too; set by the door. */
  answerHeaders: Readonly<Record<string, string>> = {};
  /** What the authorizer was asked last, for the audit trail. */
  asked: Asked | undefined;
  /** What was refused, of which the answer tells in its status or inside. */
  refusals: Asked[] | undefined;
  /** It came over TLS, as far as the server may believe it. */
  secure = false;
  /** The certificate that the client showed, where the server asks for one. */
  clientCertificate: ClientCertificate | undefined;
  /** Where there are any for this request. */
  limits: RateLimits | undefined;
  /** Set by the server for requests that wait for `100 Continue`. */
  expectsContinue = false;
  private reading: AsyncGenerator<Buffer> | undefined;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    readonly context: RequestContext,
    /** Target as the client sent it. */
    readonly url: string,
    readonly startedAt: number,
  ) {}

  /**
   * The body's bytes, pulled. Sends `100 Continue` if the client waits for it, so
   * open it only when the request is acceptable.
   */
  body(): AsyncGenerator<Buffer> {
    this.reading = this.read();
    return this.reading;
  }

  /** Nobody reads the body any more, whoever began to; the rest of it can then be read away. */
  leaveBody(): void {
    void this.reading?.return(undefined);
  }

  private async *read(): AsyncGenerator<Buffer> {
    if (this.expectsContinue) {
      this.expectsContinue = false;
      this.response.writeContinue();
    }
    for await (const piece of this.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      this.bytesIn += piece.length;
      freePieces(piece.length);
      yield piece;
    }
  }

  /** Notes a refusal for the audit trail. */
  refuse(what: Asked): void {
    (this.refusals ??= []).push(what);
  }

  /** To be called by the door once it knows who asks. Throws `slow-down` for who asks too often. */
  admitPrincipal(): void {
    const { principal } = this.context;
    if (principal) this.limits?.ofPrincipal(principal.id);
  }

  /** How it came, for authenticators. */
  get transport(): { readonly secure: boolean; readonly clientCertificate?: ClientCertificate } {
    const { secure, clientCertificate } = this;
    return clientCertificate ? { secure, clientCertificate } : { secure };
  }

  /** True when the request announced a body. */
  get hasBody(): boolean {
    const { headers } = this.request;
    return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  }
}

import type { Answer } from './answer.js';
import type { ApiCors } from './api-cors.js';
import type { Door } from './door.js';
import type { Exchange } from './exchange.js';

/** A door that pages of the allowed origins may use. Preflights do not reach it. */
export class CorsDoor implements Door {
  constructor(
    private readonly door: Door,
    private readonly cors: ApiCors,
  ) {}

  get name(): string {
    return this.door.name;
  }

  get isUnlimited(): boolean {
    return this.door.isUnlimited === true;
  }

  async handle(exchange: Exchange): Promise<Answer> {
    const preflight = this.cors.preflight(exchange);
    if (preflight) {
      exchange.operation = 'preflight';
      return preflight;
    }
    return this.cors.shownTo(exchange.request.headers.origin, await this.door.handle(exchange));
  }

  renderError(exchange: Exchange, error: unknown): Answer {
    return this.cors.shownTo(exchange.request.headers.origin, this.door.renderError(exchange, error));
  }
}

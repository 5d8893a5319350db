import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@zas/plugin-api';

/** Nest's own messages in our log; what it says about its wiring only at `debug`. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug('nest', { detail: String(message) });
  }
  debug(message: unknown): void {
    this.logger.debug('nest', { detail: String(message) });
  }
  verbose(message: unknown): void {
    this.logger.debug('nest', { detail: String(message) });
  }
  warn(message: unknown): void {
    this.logger.warn('nest', { detail: String(message) });
  }
  error(message: unknown): void {
    this.logger.error('nest', { detail: String(message) });
  }
}

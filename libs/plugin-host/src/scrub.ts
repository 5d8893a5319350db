import type { LogFields, Logger } from '@zas/plugin-api';

const MIN_SECRET = 4;
const MAX_DEPTH = 6;

/** Takes a plugin's secrets out of texts and values on their way to a log or message. */
export interface Scrubber {
  text(value: string): string;
  value<T>(value: T): T;
}

/** @param secrets texts to hide; those under four characters would garble everything and are left alone */
export function createScrubber(secrets: readonly string[]): Scrubber {
  const hidden = [...new Set(secrets)].filter((secret) => secret.length >= MIN_SECRET).sort((a, b) => b.length - a.length);
  const text = (value: string): string => hidden.reduce((result, secret) => result.replaceAll(secret, '***'), value);
  const visit = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (depth >= MAX_DEPTH) return '…';
    if (Array.isArray(value)) return value.map((item) => visit(item, depth + 1));
    const { message, stack, code, cause, details } = value as Record<string, unknown>;
    const isError = typeof message === 'string' && typeof stack === 'string';
    const entries = Object.entries(isError ? { message, code, details, stack, cause } : value);
    return Object.fromEntries(entries.map(([key, item]) => [key, visit(item, depth + 1)]));
  };
  if (hidden.length === 0) return { text: (value) => value, value: (value) => value };
  return { text, value: <T>(value: T) => visit(value, 0) as T };
}

/** A logger whose lines hold none of the scrubber's secrets. */
export function scrubbedLogger(logger: Logger, scrubber: Scrubber): Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields?: LogFields): void =>
      logger[level](scrubber.text(message), scrubber.value(fields));
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => scrubbedLogger(logger.child(scrubber.value(fields)), scrubber),
  };
}

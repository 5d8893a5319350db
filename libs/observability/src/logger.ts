import type { Clock, LogFields, Logger } from '@zas/plugin-api';
import { renderField } from './render-value.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  /** Lines below this level cost nothing. */
  readonly level: LogLevel;
  /** Takes one line, newline included. */
  readonly write: (line: string) => void;
  readonly clock: Pick<Clock, 'now'>;
}

const RESERVED = new Set(['time', 'level', 'message']);
const IGNORE = (): void => undefined;

/**
 * A logger that writes one JSON object a line: `time` (ISO 8601), `level`,
 * `message`, then the fields. Values under secret-looking keys print as stars,
 * errors with message, code and stack, long texts shortened.
 */
export function createLogger(options: LoggerOptions): Logger {
  let stampedAt = Number.NaN;
  let stamp = '';
  const time = (): string => {
    const now = options.clock.now();
    if (now !== stampedAt) {
      stampedAt = now;
      stamp = new Date(now).toISOString();
    }
    return stamp;
  };

  const make = (inherited: string): Logger => {
    const at = (level: LogLevel): Logger['info'] => {
      if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(options.level)) return IGNORE;
      return (message, fields) => {
        const own = fields === undefined ? '' : renderFields(fields);
        options.write(`{"time":"${time()}","level":"${level}","message":${JSON.stringify(message)}${inherited}${own}}\n`);
      };
    };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => make(inherited + renderFields(fields)),
    };
  };
  return make('');
}

function renderFields(fields: LogFields): string {
  let text = '';
  for (const key in fields) text += renderField(RESERVED.has(key) ? `${key}_` : key, fields[key]);
  return text;
}

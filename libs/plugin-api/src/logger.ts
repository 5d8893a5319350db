/** Fields of a log line: plain values only. A value under a secret-looking key is printed as stars. */
export type LogFields = Record<string, unknown>;

/** Structured logger. The message is constant text, facts go to fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to each of its lines. */
  child(fields: LogFields): Logger;
}

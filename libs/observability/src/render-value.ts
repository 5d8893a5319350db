import { looksSecret } from '@zas/plugin-api';

const MAX_TEXT = 8_192;
const MAX_DEPTH = 5;
const MAX_ENTRIES = 100;
const STARS = '"***"';

/**
 * One value as JSON text, bounded in length and depth. Errors become message,
 * code, details, stack and cause; bytes become their count; values under
 * secret-looking keys become stars. `undefined` for what JSON leaves out.
 */
export function renderValue(value: unknown, depth = 0): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value);
    case 'number':
      return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return `"${value}"`;
    case 'object':
      return value === null ? 'null' : renderObject(value, depth);
    default:
      return undefined;
  }
}

/** `,"key":value`, or nothing when the value has no JSON form. */
export function renderField(key: string, value: unknown, depth = 0): string {
  if (value === undefined) return '';
  const text = looksSecret(key) ? STARS : renderValue(value, depth);
  return text === undefined ? '' : `,${JSON.stringify(key)}:${text}`;
}

function renderObject(value: object, depth: number): string {
  if (depth >= MAX_DEPTH) return '"…"';
  if (isErrorLike(value)) return renderError(value, depth);
  if (ArrayBuffer.isView(value)) return `"<${value.byteLength} bytes>"`;
  if (value instanceof Date) return JSON.stringify(String(value.getTime()));
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ENTRIES).map((item) => renderValue(item, depth + 1) ?? 'null');
    return `[${items.join(',')}]`;
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return braces(entries.slice(0, MAX_ENTRIES).map(([key, item]) => renderField(String(key), item, depth + 1)));
}

function isErrorLike(value: object): value is Error {
  return value instanceof Error || (typeof (value as Error).message === 'string' && typeof (value as Error).stack === 'string');
}

function renderError(error: Error, depth: number): string {
  const { code, details } = error as { code?: unknown; details?: unknown };
  return braces([
    renderField('message', error.message, depth + 1),
    renderField('code', code, depth + 1),
    renderField('details', details, depth + 1),
    renderField('stack', error.stack, depth + 1),
    renderField('cause', error.cause, depth + 1),
  ]);
}

function braces(fields: readonly string[]): string {
  return `{${fields.join('').slice(1)}}`;
}

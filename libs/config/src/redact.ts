import { looksSecret } from '@zas/plugin-api';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { configSchema, type Config } from './schema.js';
import { childOf, unwrap } from './schema-shape.js';

export const STARS = '***';

/**
 * A copy of `value` with stars for secrets: what `schema` marks, and every scalar
 * under a secret-looking key. Without a schema only the latter.
 */
export function redactValue(value: unknown, schema?: z.ZodType, hidden = false): unknown {
  const secret = hidden || (schema !== undefined && unwrap(schema).secret);
  if (Array.isArray(value)) return value.map((item, index) => redactValue(item, childOf(schema, index), secret));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, redactValue(item, childOf(schema, key), secret || looksSecret(key))]),
    );
  }
  return secret && value !== undefined && value !== null ? STARS : value;
}

/** All secret texts in `value`, for keeping them out of messages. Same rules as {@link redactValue}. */
export function secretsIn(value: unknown, schema?: z.ZodType, hidden = false): readonly string[] {
  const secret = hidden || (schema !== undefined && unwrap(schema).secret);
  if (Array.isArray(value)) return value.flatMap((item, index) => secretsIn(item, childOf(schema, index), secret));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => secretsIn(item, childOf(schema, key), secret || looksSecret(key)));
  }
  return secret && (typeof value === 'string' || typeof value === 'number') ? [String(value)] : [];
}

/** The configuration as YAML with secrets as stars, by the rules of {@link redactConfig}. */
export function redact(config: Config, schema: z.ZodType = configSchema, fragments: ReadonlyMap<string, z.ZodType> = new Map()): string {
  return stringify(redactConfig(config, schema, fragments));
}

/**
 * A copy of the configuration with secrets as stars.
 * @param fragments schemas of plugin configs by the entry's `name` or `use`; without one,
 *   secret-looking keys are hidden
 */
export function redactConfig(config: Config, schema: z.ZodType = configSchema, fragments: ReadonlyMap<string, z.ZodType> = new Map()): Config {
  const shown = redactValue(config, schema) as Config;
  shown.plugins.forEach((entry, index) => {
    const fragment = fragments.get(entry.name ?? entry.use) ?? fragments.get(entry.use);
    if (entry.config !== undefined && fragment !== undefined) {
      entry.config = redactValue(config.plugins[index]?.config, fragment) as Record<string, unknown>;
    }
  });
  return shown;
}

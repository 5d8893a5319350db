import type { z } from 'zod';

const SECRET = 'zas:secret';

/**
 * Marks a config value as secret: it prints as stars in `--print-config`, logs
 * and errors. Works on any zod schema and survives `.optional()` and `.default()`
 * as long as it is the innermost call: `secret(z.string()).optional()`.
 */
export function secret<S extends z.ZodType>(schema: S): S {
  return schema.meta({ [SECRET]: true }) as S;
}

/** True when `schema` was marked by {@link secret} (of any copy of this package that shares zod). */
export function isSecret(schema: z.ZodType): boolean {
  return (schema.meta() as Record<string, unknown> | undefined)?.[SECRET] === true;
}

const SECRET_WORDS = /secret|passw|passphrase|token|authorization|cookie|private_?-?key|api_?-?key|signature/i;

/**
 * True when a field of that name probably holds a secret: logs and
 * `--print-config` show its value as stars even where no schema says so.
 * Access-key ids are no secrets.
 */
export function looksSecret(name: string): boolean {
  return SECRET_WORDS.test(name);
}

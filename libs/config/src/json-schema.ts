import { z } from 'zod';
import { configSchema } from './schema.js';

/** JSON Schema (2020-12) of the configuration file, for editors and for `api/config.schema.json`. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
}

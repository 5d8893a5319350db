import { isSecret } from '@zas/plugin-api';
import type { z } from 'zod';

type Definition = {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  defaultValue?: unknown;
  element?: z.ZodType;
  valueType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  catchall?: z.ZodType;
  options?: readonly z.ZodType[];
};

/** What a schema says once its wrappers (optional, default, transform …) are taken off. */
export interface Unwrapped {
  readonly core: z.ZodType;
  readonly secret: boolean;
  readonly description?: string;
  readonly default?: unknown;
}

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}

/** Takes the wrappers off, remembering what the outermost ones say. */
export function unwrap(schema: z.ZodType): Unwrapped {
  let core = schema;
  let secret = false;
  let description: string | undefined;
  let fallback: unknown;
  for (;;) {
    secret ||= isSecret(core);
    description ??= core.description;
    const definition = definitionOf(core);
    if (definition.type === 'default' || definition.type === 'prefault') fallback ??= definition.defaultValue;
    const inner = definition.innerType ?? (definition.type === 'pipe' ? definition.in : undefined);
    if (inner === undefined) return { core, secret, description, default: fallback };
    core = inner;
  }
}

/** Fields of an object schema, `undefined` for any other. */
export function fieldsOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  return definitionOf(unwrap(schema).core).shape;
}

/** True when an object schema refuses unknown keys. */
export function isStrict(schema: z.ZodType): boolean {
  const { catchall } = definitionOf(unwrap(schema).core);
  return catchall !== undefined && definitionOf(catchall).type === 'never';
}

/** The schema of one step down (key, index or record key), when there is just one answer. */
export function childOf(schema: z.ZodType | undefined, step: PropertyKey): z.ZodType | undefined {
  if (schema === undefined) return undefined;
  const definition = definitionOf(unwrap(schema).core);
  if (definition.shape !== undefined) return Object.hasOwn(definition.shape, step) ? definition.shape[String(step)] : undefined;
  if (definition.type === 'union') {
    return definition.options?.map((option) => childOf(option, step)).find((found) => found !== undefined);
  }
  return definition.element ?? definition.valueType;
}

/** How a value of this schema is written in an environment variable. */
export type LeafKind = 'text' | 'number' | 'boolean' | 'list' | 'json';

/** Decides by the core type; a union that takes texts is written as text. */
export function leafKind(schema: z.ZodType): LeafKind {
  const { core } = unwrap(schema);
  const definition = definitionOf(core);
  switch (definition.type) {
    case 'number':
    case 'int':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return definition.element !== undefined && ['json', 'list'].includes(leafKind(definition.element)) ? 'json' : 'list';
    case 'object':
    case 'record':
    case 'tuple':
    case 'map':
    case 'unknown':
    case 'any':
      return 'json';
    case 'union': {
      const kinds = new Set(definition.options?.map(leafKind));
      if (kinds.has('text')) return 'text';
      return kinds.size === 1 ? ([...kinds][0] ?? 'json') : 'json';
    }
    default:
      return 'text';
  }
}

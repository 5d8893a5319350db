import type { z } from 'zod';
import { fieldsOf, leafKind, unwrap, type LeafKind } from './schema-shape.js';

/** One value that can be set: a leaf of a config schema. */
export interface Setting {
  readonly path: readonly string[];
  readonly kind: LeafKind;
  readonly secret: boolean;
  readonly description?: string;
  readonly default?: unknown;
}

/** All leaves of an object schema, in its order. Lists and records are leaves. */
export function settingsOf(schema: z.ZodType, path: readonly string[] = []): readonly Setting[] {
  const fields = fieldsOf(schema);
  if (fields !== undefined) return Object.entries(fields).flatMap(([key, field]) => settingsOf(field, [...path, key]));
  if (path.length === 0) return [];
  const { secret, description, default: fallback } = unwrap(schema);
  return [{ path, kind: leafKind(schema), secret, description, default: fallback }];
}

/** `http.publicUrl` or `storage-filesystem` → `HTTP_PUBLIC_URL`, `STORAGE_FILESYSTEM`. */
export function upperSnake(...path: readonly string[]): string {
  return path
    .map((part) => part.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_').toUpperCase())
    .join('_');
}

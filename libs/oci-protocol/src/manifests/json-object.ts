import { manifestInvalid } from './manifest-invalid.js';

/** An object as `JSON.parse` makes it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws OciError `MANIFEST_INVALID` when the value is no object */
export function readObject(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw manifestInvalid('must be an object', path);
  return value as JsonObject;
}

/** Go's encoders write `null` for a list that was never filled, so it is read as an empty one. */
export function readArray(value: unknown, path: string): readonly unknown[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw manifestInvalid('must be an array', path);
  return value;
}

/** @throws OciError `MANIFEST_INVALID` when the value is no string */
export function readString(value: unknown, path: string): string {
  if (typeof value !== 'string') throw manifestInvalid('must be a string', path);
  return value;
}

/** A string, or `undefined` for what is absent or `null`. */
export function readOptionalString(value: unknown, path: string): string | undefined {
  return value === undefined || value === null ? undefined : readString(value, path);
}

/** Many readers, all of Go's among them, take `Layers` and even `layerſ` for `layers`. */
function folded(key: string): string {
  return key.toUpperCase().toLowerCase();
}

/** The known keys of one kind of object. */
export class KnownKeys {
  readonly #exact: ReadonlySet<string>;
  readonly #folded: ReadonlySet<string>;

  constructor(keys: readonly string[]) {
    this.#exact = new Set(keys);
    this.#folded = new Set(keys.map(folded));
  }

  /**
   * Other keys are allowed, unless some readers would take them for a known one.
   * @throws OciError `MANIFEST_INVALID`
   */
  check(object: JsonObject, path: string | undefined): void {
    for (const key of Object.keys(object)) {
      if (this.#exact.has(key) || key.length > 64 || !this.#folded.has(folded(key))) continue;
      throw manifestInvalid(`has a key that differs from a known one in case only: ${key}`, path);
    }
  }
}

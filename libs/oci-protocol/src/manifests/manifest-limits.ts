/** How much a manifest may hold. */
export interface ManifestLimits {
  /** Of the whole manifest. */
  readonly bytes: number;
  /** Config and layers together, or entries of an index. */
  readonly references: number;
  /** Nesting of objects and arrays. */
  readonly depth: number;
  /** All JSON values together: they, not the bytes, are what costs time and memory. */
  readonly values: number;
  /** Of one object, so also of one set of annotations. */
  readonly keys: number;
}

/** The specification asks for at least 4 megabytes. */
export const DEFAULT_MANIFEST_LIMITS: ManifestLimits = {
  bytes: 4 * 1024 * 1024,
  references: 10_000,
  depth: 32,
  values: 150_000,
  keys: 10_000,
};

/**
 * Typed tokens. A token is the only run-time value of an extension point; the
 * interface stays a type. Two tokens are the same when their keys are equal, so
 * several installed copies of this package understand each other.
 */

/** How many providers a point takes. `ordered` is `many` in the order of the `plugins` list of the config. */
export type Cardinality = 'one' | 'many' | 'ordered';

/** An extension point (provided by plugins) or a host service (provided by the host, required the same way). */
export interface Point<T> {
  /** `name/version`, for example `storage.blobs/v1alpha`. */
  readonly key: string;
  readonly cardinality: Cardinality;
  /** `service` marks what only the host provides. */
  readonly kind: 'point' | 'service';
  /** Phantom: carries the interface, never has a value. */
  readonly type?: T;
}

/** An optional ability of a provider, found by asking; see {@link Points.capability}. */
export interface Capability<T> {
  readonly key: string;
  readonly type?: T;
}

/** Makes the token of an extension point. `key` is `name/vN` or `name/vNalpha`. */
export function definePoint<T>(key: string, cardinality: Cardinality): Point<T> {
  return Object.freeze({ key, cardinality, kind: 'point' as const });
}

/** Makes the token of a host service. */
export function defineService<T>(key: string): Point<T> {
  return Object.freeze({ key, cardinality: 'one' as const, kind: 'service' as const });
}

/** Makes the token of a capability. `key` is `point-name.ability/vN`. */
export function defineCapability<T>(key: string): Capability<T> {
  return Object.freeze({ key });
}

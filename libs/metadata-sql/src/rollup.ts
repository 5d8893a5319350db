/** How a listing rolls keys up. */
export interface Rollup {
  readonly prefix: string;
  readonly delimiter?: string;
}

/**
 * The common prefix that `key` is rolled up into: up to and with the first
 * delimiter behind the prefix. `undefined` when the key stands for itself.
 */
export function commonPrefix(key: string, { prefix, delimiter }: Rollup): string | undefined {
  if (!delimiter || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** True when a listing that starts behind `after` has to skip all keys that begin with it. */
export function coversKeys(after: string, rollup: Rollup): boolean {
  return commonPrefix(after, rollup) === after;
}

/**
 * First path segments that are not buckets in path style; a closed list. Anything
 * new lives under `/_/`, which no bucket name can be.
 */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'health',
  'metrics',
  'admin',
  'rbac',
  'supplychain',
  'docs',
  'token',
  'console',
  '_',
]);

/** The first segment of a raw path, decoded where it is decodable. */
export function firstSegment(rawPath: string): string {
  const end = rawPath.indexOf('/', 1);
  const segment = rawPath.slice(1, end < 0 ? undefined : end);
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

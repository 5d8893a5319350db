/** One kind of load, in `bench/k6/scenarios/<name>.ts`. */
export interface Scenario {
  readonly name: string;
  /** What one iteration does. */
  readonly about: string;
  /** Settings that count for it, by name. */
  readonly settings: readonly string[];
  /** Milliseconds below which 95 % of its requests stay under the profile `load`, where k6 and server share two cores. */
  readonly p95Ms: number;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 's3-put', about: 'PUT of an object of new content; the ETag is its MD5', settings: ['size', 'keys'], p95Ms: 150 },
  { name: 's3-get', about: 'GET of one of the stored objects; length, ETag and SHA-256', settings: ['size', 'objects'], p95Ms: 75 },
  { name: 's3-head', about: 'HEAD of one of the stored objects; length and ETag', settings: ['size', 'objects'], p95Ms: 75 },
  { name: 's3-list', about: 'a page of the listing, and every fourth time one of common prefixes; number and order of entries', settings: ['objects', 'page'], p95Ms: 250 },
  { name: 's3-multipart', about: 'an upload in parts: create, parts, complete, HEAD; length and the ETag of the parts', settings: ['part-size', 'parts', 'keys'], p95Ms: 1500 },
  { name: 's3-mixed', about: 'of a hundred: 55 GET, 20 PUT, 15 HEAD, 5 lists, 5 DELETE of what the user wrote', settings: ['size', 'objects', 'keys', 'page'], p95Ms: 200 },
  { name: 'oci-push', about: 'an image as container tools push it: config and layer asked for and uploaded, then the manifest under its tag', settings: ['layer-size', 'keys'], p95Ms: 400 },
  { name: 'oci-pull', about: 'one of the stored images: manifest by tag, config and layer; every digest', settings: ['layer-size', 'images'], p95Ms: 200 },
  { name: 'oci-mixed', about: 'of ten: 7 pulls, 1 push, 1 manifest HEAD, 1 list of tags', settings: ['layer-size', 'images', 'keys'], p95Ms: 300 },
  { name: 'rbac', about: 'a user reads what a policy allows and is refused the rest; the decision is explained; every tenth time a user comes and goes', settings: [], p95Ms: 200 },
  { name: 'health', about: '/health, /health/live and /health/ready; status and state', settings: [], p95Ms: 50 },
];

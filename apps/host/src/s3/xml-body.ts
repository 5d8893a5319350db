import type { S3Call } from './s3-call.js';

/** The request's document, parsed by `parse` within the limits of the server. Throws what `parse` and the body throw. */
export async function readXml<T>(call: S3Call, parse: (bytes: Uint8Array, limits: { maxDepth: number }) => T): Promise<T> {
  const { limits } = call.settings;
  return parse(await call.body.read(limits.xmlBytes), { maxDepth: limits.xmlDepth });
}

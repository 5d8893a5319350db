import crypto from 'node:crypto';

/** An object as a client wrote it. */
export interface StoredValue {
  readonly bytes: Buffer;
  /** Without quotes. */
  readonly etag: string;
  /** User metadata that names the write, so that a record with the bytes of another shows. */
  readonly tag: string;
}

const BLOCK = 4096;
const POOL = crypto.hash('sha512', 'noise', 'buffer');

/** Bytes that name their write and their position in each block, so that no mixture passes for them. */
export function makeBytes(name: string, size: number): Buffer {
  const bytes = Buffer.alloc(size, POOL);
  for (let at = 0; at < size; at += BLOCK) bytes.write(`${name}:${at}|`, at);
  return bytes;
}

export function putValue(tag: string, bytes: Buffer): StoredValue {
  return { bytes, etag: crypto.hash('md5', bytes, 'hex'), tag };
}

/** What a multipart upload of these parts makes. */
export function joinedValue(tag: string, parts: readonly { readonly bytes: Buffer; readonly etag: string }[]): StoredValue {
  const digests = Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex')));
  return {
    bytes: Buffer.concat(parts.map((part) => part.bytes)),
    etag: `${crypto.hash('md5', digests, 'hex')}-${parts.length}`,
    tag,
  };
}

export function sameValue(one: StoredValue | undefined, other: StoredValue | undefined): boolean {
  if (!one || !other) return one === other;
  return one.etag === other.etag && one.tag === other.tag && one.bytes.equals(other.bytes);
}

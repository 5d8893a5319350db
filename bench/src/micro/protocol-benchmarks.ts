import { createHash, randomBytes } from 'node:crypto';
import { OCI_MANIFEST, parseManifest } from '@zas/oci-protocol';
import {
  AwsChunkedDecoder,
  encodeAwsChunked,
  parseCompleteMultipartUpload,
  parseDeleteObjects,
  readSignature,
  renderListObjectsV2,
  SigningKeyCache,
  signRequest,
  verifySignature,
  type ChunkFraming,
  type ObjectListingV2,
} from '@zas/s3-protocol';
import type { PreparedCalls } from '../stores/prepared-calls.js';
import { ALONE, type MicroBenchmark, type MicroSubject } from './micro-benchmark.js';

const CREDENTIAL = { accessKeyId: 'BENCHACCESSKEY', secret: 'bench-secret-key', region: 'us-east-1' };
const HOST = '127.0.0.1:9000';
const MIB = 1024 * 1024;
/** As pieces come from a socket. */
const WIRE_BYTES = 64 * 1024;
const KEYS = 1000;
const PARTS = 1000;
const LAYERS = 12;
const ENTRIES = 100;

/** A request as an SDK sends it, read and verified. */
function verify(cacheOf: () => SigningKeyCache): PreparedCalls<string> {
  const now = Date.now();
  const [rawPath, rawQuery] = ['/bucket/folder/some%20key.bin', 'partNumber=7&uploadId=abcdefgh'];
  const headers = { 'content-type': 'application/octet-stream', 'x-amz-meta-author': 'bench', 'x-amz-storage-class': 'STANDARD' };
  const payloadHash = createHash('sha256').digest('hex');
  const signed = signRequest({ method: 'PUT', host: HOST, rawPath, rawQuery, headers, payloadHash }, CREDENTIAL, now);
  const view = { method: 'PUT', rawPath, rawQuery, headers: { ...signed.headers, 'content-length': '0', 'user-agent': 'bench' } };
  return {
    run: () => verifySignature(view, readSignature(view)!, CREDENTIAL.secret, { now, region: CREDENTIAL.region, keyCache: cacheOf() }).seedSignature,
    check: (seed) => seed === signed.signing.seedSignature,
  };
}

/** A body of 1 MiB in chunks of 64 KiB, in pieces as they come from a socket. */
function decode(framing: ChunkFraming): PreparedCalls<number> {
  const body = randomBytes(MIB);
  const { signing } = signRequest({ method: 'PUT', host: HOST, rawPath: '/bucket/key' }, CREDENTIAL, Date.now());
  const trailers: Readonly<Record<string, string>> = framing === 'signed' ? {} : { 'x-amz-checksum-crc32': 'AAAAAA==' };
  const wire = encodeAwsChunked(body, { framing, signing, trailers });
  return {
    run: () => {
      const decoder = new AwsChunkedDecoder({ framing, signing, decodedLength: body.length, declaredTrailers: Object.keys(trailers) });
      const decoded: Uint8Array[] = [];
      for (let at = 0; at < wire.length; at += WIRE_BYTES) decoder.push(wire.subarray(at, at + WIRE_BYTES), decoded);
      decoder.end();
      return decoded.reduce((sum, piece) => sum + piece.length, 0);
    },
    check: (length) => length === body.length,
  };
}

function parseDelete(): PreparedCalls<number> {
  const objects = Array.from({ length: KEYS }, (_, i) => `<Object><Key>folder/a &amp; b/${i}</Key></Object>`).join('');
  const bytes = Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}</Delete>`);
  return { run: () => parseDeleteObjects(bytes).objects.length, check: (count) => count === KEYS };
}

function parseComplete(): PreparedCalls<number> {
  const parts = Array.from({ length: PARTS }, (_, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>"${'0'.repeat(32)}"</ETag></Part>`).join('');
  const bytes = Buffer.from(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts}</CompleteMultipartUpload>`);
  return { run: () => parseCompleteMultipartUpload(bytes).length, check: (count) => count === PARTS };
}

function renderList(): PreparedCalls<string> {
  const at = Date.now();
  const objects = Array.from({ length: KEYS }, (_, i) => ({ key: `folder/a & b/${i}`, modifiedAt: at + i * 1000, etag: '0'.repeat(32), size: i, storageClass: 'STANDARD' }));
  const listing: ObjectListingV2 = { bucket: 'bucket', prefix: '', maxKeys: KEYS, isTruncated: false, encodeKeys: false, commonPrefixes: [], objects };
  const { length } = renderListObjectsV2(listing);
  return { run: () => renderListObjectsV2(listing), check: (xml) => xml?.length === length && length > KEYS * 100 };
}

const digest = (i: number) => `sha256:${createHash('sha256').update(String(i)).digest('hex')}`;
const annotations = { 'org.opencontainers.image.source': 'https://example.com/source', 'org.opencontainers.image.revision': '0'.repeat(40) };

function checkImage(): PreparedCalls<number> {
  const layers = Array.from({ length: LAYERS }, (_, i) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digest(i), size: 1000 + i }));
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest(-1), size: 7000 };
  return parse(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers, annotations }, LAYERS + 1);
}

function checkIndex(): PreparedCalls<number> {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const platform = { architecture: 'amd64', os: 'linux' };
  const manifests = Array.from({ length: ENTRIES }, (_, i) => ({ mediaType: OCI_MANIFEST, digest: digest(i), size: 1000 + i, platform, annotations }));
  return parse(mediaType, { schemaVersion: 2, mediaType, manifests }, ENTRIES);
}

function parse(mediaType: string, document: object, references: number): PreparedCalls<number> {
  const bytes = Buffer.from(JSON.stringify(document));
  return { run: () => parseManifest(bytes, mediaType).references.length, check: (count) => count === references };
}

const benchmark = (name: string, subject: MicroSubject, about: string, prepare: () => PreparedCalls, bytes?: number): MicroBenchmark => ({ name, subject, about, callers: ALONE, bytes, prepare });
const warm = new SigningKeyCache();

export const PROTOCOL_BENCHMARKS: readonly MicroBenchmark[] = [
  benchmark('sigv4-verify', 'signatures', 'header form, signing key kept', () => verify(() => warm)),
  benchmark('sigv4-verify-new-key', 'signatures', 'header form, signing key derived anew', () => verify(() => new SigningKeyCache())),
  benchmark('chunked-decode-signed', 'chunked bodies', '1 MiB in signed chunks of 64 KiB', () => decode('signed'), MIB),
  benchmark('chunked-decode-unsigned', 'chunked bodies', '1 MiB in unsigned chunks with a trailer', () => decode('unsigned-trailer'), MIB),
  benchmark('xml-parse-delete', 'XML', 'DeleteObjects of 1,000 keys', parseDelete),
  benchmark('xml-parse-complete', 'XML', 'CompleteMultipartUpload of 1,000 parts', parseComplete),
  benchmark('xml-render-list', 'XML', 'ListObjectsV2 of 1,000 keys', renderList),
  benchmark('manifest-check-image', 'manifests', 'an image with 12 layers', checkImage),
  benchmark('manifest-check-index', 'manifests', 'an index of 100 images', checkIndex),
];

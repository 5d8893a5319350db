import { bytesOf } from '../stores/blob-works.js';
import { BLOB_WORKS, LARGE_BLOB_WORKS, METADATA_WORKS, VERSION_WORKS, type BlobWork, type MetadataWork } from '../stores/work-names.js';
import { CALLERS, type MicroBenchmark } from './micro-benchmark.js';

const METADATA_ABOUT: Readonly<Record<MetadataWork, string>> = {
  'meta-put': 'a new key with 4 KiB inline, durable',
  'meta-put-version': 'a version more of one of 1,000 keys, durable',
  'meta-find': 'one record of 2,000',
  'meta-find-body': 'the same with its 4 KiB',
  'meta-list': 'a page of 1,000 out of 2,000 keys',
  'meta-list-delim': '100 common prefixes of 2,000 keys',
  'meta-list-versions': 'a page of 1,000 out of 2,000 versions of one key',
  'meta-delete': 'a stored key, durable',
};

const BLOB_ABOUT: Readonly<Record<BlobWork, string>> = {
  'blob-write-1k': '1 KiB, durable',
  'blob-write-1m': '1 MiB, durable',
  'blob-write-64m': '64 MiB in pieces of 1 MiB, durable',
  'blob-read-1k': '1 KiB out of 64 blobs',
  'blob-read-1m': '1 MiB out of 64 blobs',
  'blob-read-64m': '64 MiB in pieces of 1 MiB',
};
/** A disk and memory are full of more. */
const LARGE_CALLERS = [1, 4];

const metadata = [...METADATA_WORKS, ...VERSION_WORKS].map((name): MicroBenchmark => ({
  name,
  subject: 'metadata store',
  about: METADATA_ABOUT[name],
  callers: CALLERS,
  prepare: ({ metadataWorks, seconds }) => metadataWorks.prepare(name, seconds),
}));

const blobs = [...BLOB_WORKS, ...LARGE_BLOB_WORKS].map((name): MicroBenchmark => ({
  name,
  subject: 'blob store',
  about: BLOB_ABOUT[name],
  callers: name.endsWith('64m') ? LARGE_CALLERS : CALLERS,
  bytes: bytesOf(name),
  prepare: ({ blobWorks }) => blobWorks.prepare(name),
}));

export const STORE_BENCHMARKS: readonly MicroBenchmark[] = [...metadata, ...blobs];

import { largeBodies, smallBodies } from './body-source.js';
import type { BenchRequest, RequestBody } from './connection.js';
import { makeOciWork, OCI_WORKS, type OciWork } from './oci-works.js';
import type { ParsedResponse } from './response-parser.js';

const SMALL_BYTES = { '1k': 1024, '4k': 4096 } as const;
const MIB = 1024 * 1024;
const LARGE_BYTES = { '1m': MIB, '64m': 64 * MIB } as const;
const READ_OBJECTS = 2000;
const LIST_OBJECTS = 1000;
const LIST_PREFIXES = 100;
const LARGE_OBJECTS = { '1m': 64, '64m': 4 } as const;
/** Uploads of large objects replace one another, so that the disk does not fill. */
const LARGE_KEYS = { '1m': 64, '64m': 8 } as const;
/** Spreads reads over the stored keys; prime to their number. */
const STRIDE = 7919;
const STORED_PER_SECOND = { alone: 1500, together: 4000 };

/** A request and what must come of it. */
export interface WorkRequest extends BenchRequest {
  readonly status: number;
  /** Bytes of the answer's body; absent: any. */
  readonly length?: number;
  /** Bytes of content that the request moves. */
  readonly moved: number;
  /** What the same client sends upon the answer; all of it is one operation. */
  readonly next?: (response: ParsedResponse) => WorkRequest | undefined;
}

/** How long and with how many clients; what a run prepares depends on it. */
export interface RunSize {
  readonly clients: number;
  readonly seconds: number;
}

/** One kind of load. `prepare` and `request` are numbered from 0; a run without `prepared` needs nothing stored. */
export interface Work {
  /** How many requests {@link Work.prepare} makes. */
  prepared(size: RunSize): number;
  prepare(i: number): WorkRequest;
  /** Looks at the answer of a sample request, made once before the run, and learns from it. @throws when it is wrong */
  readonly sample?: { readonly request: WorkRequest; learn(body: Buffer): void };
  /** `undefined` when everything stored is used up: the run ends then. */
  request(i: number, size: RunSize): WorkRequest | undefined;
}

export const S3_WORKS = ['put4k', 'get4k', 'head', 'list1000', 'delete4k', 'put64m', 'get64m'] as const;
/** For comparisons with others; not part of a run that names no works. */
export const EXTRA_WORKS = ['put1k', 'get1k', 'put1m', 'get1m', 'list-prefixes'] as const;
type S3Work = (typeof S3_WORKS)[number] | (typeof EXTRA_WORKS)[number];
export const WORK_NAMES = [...S3_WORKS, ...EXTRA_WORKS, ...OCI_WORKS] as const;
export type WorkName = (typeof WORK_NAMES)[number];

export function isOci(name: WorkName): name is OciWork {
  return (OCI_WORKS as readonly string[]).includes(name);
}

/** Its bodies are large: it is measured with few clients. */
export function isLarge(name: WorkName): boolean {
  return /\dm$/.test(name);
}

/**
 * Makes a kind of load over a bucket, or over a repository of the same name.
 * @param run part of every key, so that no run meets another's objects
 */
export function makeWork(name: WorkName, bucket: string, run: string): Work {
  return isOci(name) ? makeOciWork(name, `${bucket}/${run}`) : makeS3Work(name, bucket, run);
}

function makeS3Work(name: S3Work, bucket: string, run: string): Work {
  const at = (key: string) => `/${bucket}/${run}/${key}`;
  const put = (key: string, body: RequestBody): WorkRequest => ({ method: 'PUT', path: at(key), body, status: 200, moved: body.length });
  const nothing = { prepared: () => 0, prepare: (i: number) => put(`unused/${i}`, none) };
  const bytes = SMALL_BYTES[name.endsWith('1k') ? '1k' : '4k'];
  const small = isLarge(name) ? [] : smallBodies(bytes);
  const smallBody = (i: number) => small[i % small.length]!;
  const readKey = (i: number) => `read/${String(i % READ_OBJECTS).padStart(6, '0')}`;
  const reads = { prepared: () => READ_OBJECTS, prepare: (i: number) => put(readKey(i), smallBody(i)) };
  switch (name) {
    case 'put1k':
    case 'put4k':
      return { ...nothing, request: (i) => put(`put/${i}`, smallBody(i)) };
    case 'get1k':
    case 'get4k':
      return { ...reads, request: (i) => ({ method: 'GET', path: at(readKey(i * STRIDE)), status: 200, length: bytes, moved: bytes }) };
    case 'head':
      return { ...reads, request: (i) => ({ method: 'HEAD', path: at(readKey(i * STRIDE)), status: 200, moved: 0 }) };
    case 'list1000':
    case 'list-prefixes':
      return listWork(bucket, run, name === 'list1000' ? KEYS : PREFIXES, (i) => put(`list/${String(i % LIST_PREFIXES).padStart(3, '0')}/${i}`, smallBody(i)));
    case 'delete4k':
      return deleteWork((i) => put(`delete/${i}`, smallBody(i)));
    case 'put1m':
    case 'put64m': {
      const next = largeBodies(LARGE_BYTES[largeSize(name)]);
      return { ...nothing, request: (i) => put(`large/${i % LARGE_KEYS[largeSize(name)]}`, next()) };
    }
    case 'get1m':
    case 'get64m': {
      const [length, objects] = [LARGE_BYTES[largeSize(name)], LARGE_OBJECTS[largeSize(name)]];
      const next = largeBodies(length);
      return {
        prepared: () => objects,
        prepare: (i) => put(`large-read/${i}`, next()),
        request: (i) => ({ method: 'GET', path: at(`large-read/${i % objects}`), status: 200, length, moved: length }),
      };
    }
  }
}

const none: RequestBody = { pieces: [], length: 0, sha256: '' };

function largeSize(name: string): keyof typeof LARGE_BYTES {
  return name.endsWith('64m') ? '64m' : '1m';
}

/** Of which elements a listing must have how many. */
interface Listed {
  readonly query: string;
  readonly element: string;
  readonly count: number;
}

const KEYS: Listed = { query: '', element: '<Key>', count: LIST_OBJECTS };
const PREFIXES: Listed = { query: 'delimiter=%2F&', element: '<CommonPrefixes>', count: LIST_PREFIXES };

function listWork(bucket: string, run: string, listed: Listed, prepare: (i: number) => WorkRequest): Work {
  let length: number | undefined;
  const query = `${listed.query}list-type=2&max-keys=${LIST_OBJECTS}&prefix=${encodeURIComponent(`${run}/list/`)}`;
  const list = (): WorkRequest => ({ method: 'GET', path: `/${bucket}`, query, status: 200, length, moved: 0 });
  return {
    prepared: () => LIST_OBJECTS,
    prepare,
    sample: {
      request: { ...list(), keepBody: true },
      learn: (body) => {
        const found = body.toString('latin1').split(listed.element).length - 1;
        if (found !== listed.count) throw new Error(`The listing has ${found} of ${listed.element} instead of ${listed.count}`);
        length = body.length;
      },
    },
    request: list,
  };
}

function deleteWork(prepare: (i: number) => WorkRequest): Work {
  const stored = ({ clients, seconds }: RunSize) => Math.ceil(seconds * (clients === 1 ? STORED_PER_SECOND.alone : STORED_PER_SECOND.together));
  return {
    prepared: stored,
    prepare,
    request: (i, size) => (i < stored(size) ? { method: 'DELETE', path: prepare(i).path, status: 204, moved: 0 } : undefined),
  };
}

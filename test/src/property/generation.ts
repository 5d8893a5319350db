import { KEYS } from './keys.js';
import type { ModelBucket } from './model-bucket.js';
import type { Model } from './model.js';
import type { ModelUpload } from './model-uploads.js';
import type { Account, Description, Tags } from './model-terms.js';
import type { Random } from './random.js';

/** Names of the buckets that operations use. */
export const BUCKETS = ['b0', 'b1', 'b2', 'b3'] as const;
/** This one seldom gets versions, so that something is left to what wants a bucket without. */
export const PLAIN_BUCKET = 'b0';
/** Into this one others are let more often. */
export const SHARED_BUCKET = 'b2';
/** In this one versions are locked. */
export const LOCKED_BUCKET = 'b3';

const OPEN_NAMES = 12;
/** Keys that are written most, so that they get several versions. */
const BUSY_KEYS = 6;
/** Beyond so many versions a bucket is written to no more, until some are deleted. */
const MANY_VERSIONS = 150;

/** An upload as operations name it. */
export interface UploadRef {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
}

/** What operations are made of: random choices, informed by what the model holds now. */
export class Generation {
  private uploads: readonly UploadRef[] = [];
  private count = 0;

  constructor(
    readonly random: Random,
    readonly model: Model,
    private readonly uploadIds: ReadonlyMap<string, string>,
  ) {}

  /** Mostly one that exists. */
  bucket(): string {
    return this.oneOf([...this.model.buckets.keys()]);
  }

  /** Mostly one that exists, and none that is full already where there is another. */
  bucketToFill(): string {
    return this.oneOf([...this.model.buckets].filter(([, { count }]) => count < MANY_VERSIONS).map(([name]) => name));
  }

  /** One that is full, if there is any. */
  fullBucket(): string | undefined {
    return [...this.model.buckets].find(([, { count }]) => count >= MANY_VERSIONS)?.[0];
  }

  private oneOf(there: readonly string[]): string {
    return there.length > 0 && this.random.chance(0.98) ? this.random.pick(there) : this.random.pick(BUCKETS);
  }

  /** For what wants one without versions. */
  plainBucket(): string {
    return this.state(PLAIN_BUCKET) && this.random.chance(0.85) ? PLAIN_BUCKET : this.bucket();
  }

  state(bucket: string): ModelBucket | undefined {
    return this.model.buckets.get(bucket);
  }

  /** Alice is not named. */
  owner(bucket: string): 'bob' | undefined {
    return this.state(bucket)?.owner === 'bob' ? 'bob' : undefined;
  }

  /** Who asks: mostly the bucket's owner; others more where they may have been let in. */
  as(bucket: string): Account | undefined {
    const { policy, acl } = this.state(bucket) ?? {};
    const [other, nobody] = bucket === SHARED_BUCKET && (policy ?? acl) ? [30, 20] : policy ?? acl ? [15, 10] : [6, 3];
    return this.random.weighted([
      { weight: 100 - other - nobody, value: this.owner(bucket) },
      { weight: other, value: this.owner(bucket) === 'bob' ? undefined : ('bob' as const) },
      { weight: nobody, value: 'nobody' as const },
    ]);
  }

  key(): string {
    return this.random.pick(KEYS);
  }

  /** With that probability one that exists, deleted ones among them, where there is one. */
  existingKey(bucket: string, probability = 0.8): string {
    const there = [...new Set(this.state(bucket)?.everything().map(({ key }) => key) ?? [])];
    return there.length > 0 && this.random.chance(probability) ? this.random.pick(there) : this.key();
  }

  /** Of a version that is locked, where there is one. */
  lockedKey(bucket: string): string {
    const locked = this.state(bucket)?.everything().filter(({ retention, legalHold }) => retention ?? legalHold) ?? [];
    return locked.length > 0 && this.random.chance(0.7) ? this.random.pick(locked).key : this.existingKey(bucket, 0.95);
  }

  /** To write to: few keys often where versions stay, so that they pile up. */
  keyToFill(bucket: string): string {
    const piles = this.state(bucket)?.versioning !== 'off' && this.random.chance(0.6);
    return piles ? this.random.pick(KEYS.slice(0, BUSY_KEYS)) : this.existingKey(bucket, 0.3);
  }

  beginUpload(): UploadRef {
    const bucket = this.bucketToFill();
    const upload = { name: `u${++this.count}`, bucket, key: this.random.chance(0.5) ? this.random.pick(KEYS.slice(0, 8)) : this.key() };
    this.uploads = [...this.uploads, upload].slice(-OPEN_NAMES);
    return upload;
  }

  /** One of the latest, mostly an open one; `undefined` when there never was one. */
  upload(): UploadRef | undefined {
    const open = this.uploads.filter((upload) => this.stateOf(upload));
    const choices = open.length > 0 && this.random.chance(0.8) ? open : this.uploads;
    return choices.length > 0 ? this.random.pick(choices) : undefined;
  }

  /** What the model knows of an upload while it is open. */
  stateOf({ name, bucket }: UploadRef): ModelUpload | undefined {
    return this.state(bucket)?.uploads.peek(this.uploadIds.get(name) ?? '');
  }

  description(): Description {
    const { random } = this;
    const headers: Record<string, string> = {};
    const metadata: Record<string, string> = {};
    if (random.chance(0.5)) headers['content-type'] = random.pick(['text/plain', 'application/json; charset=utf-8', 'x/y']);
    for (const [name, value] of OPTIONAL_HEADERS) if (random.chance(0.08)) headers[name] = value;
    for (const name of ['color', 'x', 'a-b']) if (random.chance(0.15)) metadata[name] = random.pick(['red', 'two  words', '"=;,', '1']);
    return { headers, metadata };
  }

  tags(): Tags {
    const { random } = this;
    const tags: Record<string, string> = {};
    for (const name of ['color', 'a b/c', '__proto', 'é']) if (random.chance(0.4)) tags[name] = random.pick(['red', 'blue', '', 'x=y+z @:/']);
    return tags;
  }
}

const OPTIONAL_HEADERS = [
  ['cache-control', 'max-age=60'],
  ['content-disposition', 'attachment; filename="a b"'],
  ['content-encoding', 'gzip'],
  ['content-language', 'de, en'],
  ['expires', 'Thu, 01 Dec 2033 16:00:00 GMT'],
] as const;

/** Names of all content headers that an object may have. */
export const CONTENT_HEADERS = ['content-type', ...OPTIONAL_HEADERS.map(([name]) => name)];

/** A description as request headers. */
export function headersOf({ headers, metadata }: Description): Record<string, string> {
  const prefixed = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  return { ...headers, ...Object.fromEntries(prefixed) };
}

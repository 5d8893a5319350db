import { KEYS } from './keys.js';
import type { Model } from './model.js';
import type { ModelUpload } from './model-uploads.js';
import type { Description } from './model-terms.js';
import type { Random } from './random.js';

/** Names of the buckets that operations use. */
export const BUCKETS = ['b0', 'b1', 'b2'];

const OPEN_NAMES = 12;

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
    const there = [...this.model.buckets.keys()];
    return there.length > 0 && this.random.chance(0.98) ? this.random.pick(there) : this.random.pick(BUCKETS);
  }

  key(): string {
    return this.random.pick(KEYS);
  }

  /** With that probability one that exists, where there is one. */
  existingKey(bucket: string, probability = 0.8): string {
    const there = [...(this.model.buckets.get(bucket)?.objects.keys() ?? [])];
    return there.length > 0 && this.random.chance(probability) ? this.random.pick(there) : this.key();
  }

  beginUpload(): UploadRef {
    const bucket = this.bucket();
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
    return this.model.buckets.get(bucket)?.uploads.peek(this.uploadIds.get(name) ?? '');
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

/** As request headers. */
export function headersOf({ headers, metadata }: Description): Record<string, string> {
  return { ...headers, ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])) };
}

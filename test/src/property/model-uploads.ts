import { compareKeys } from './keys.js';
import { pageOf, type Page, type PageQuery } from './model-listing.js';
import type { ModelPart } from './model-bucket.js';
import type { Described } from './model-objects.js';
import { md5, S3Failure, type Account } from './model-terms.js';

export interface UploadedPart {
  readonly number: number;
  readonly content: Buffer;
  readonly etag: string;
  readonly modified: number;
}

/** An open upload, and what its object is to be. */
export interface ModelUpload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiator: Account;
  readonly initiated: number;
  readonly described: Described;
  readonly parts: Map<number, UploadedPart>;
}

export interface NamedPart {
  readonly number: number;
  readonly etag: string;
}

export interface CompletedUpload {
  readonly key: string;
  readonly etag: string;
  readonly versionId: string;
  readonly parts: readonly NamedPart[];
}

/** The multipart uploads of one bucket, open and completed. */
export class ModelUploads {
  private readonly open = new Map<string, ModelUpload>();
  private readonly completed = new Map<string, CompletedUpload>();

  begin(upload: Omit<ModelUpload, 'parts'>): void {
    this.open.set(upload.uploadId, { ...upload, parts: new Map() });
  }

  /** Looks without failing. */
  peek(uploadId: string): ModelUpload | undefined {
    return this.open.get(uploadId);
  }

  find(uploadId: string, key: string): ModelUpload {
    const upload = this.open.get(uploadId);
    if (upload?.key !== key) throw new S3Failure(404, 'NoSuchUpload');
    return upload;
  }

  abort(uploadId: string): void {
    this.open.delete(uploadId);
  }

  /** A part of that number is replaced. */
  putPart(uploadId: string, key: string, part: Omit<UploadedPart, 'etag'>): UploadedPart {
    const { parts } = this.find(uploadId, key);
    const stored = { ...part, etag: md5(part.content) };
    parts.set(part.number, stored);
    return stored;
  }

  /** The etag by which a client would name a part, also when the upload is completed; `undefined` for one never stored. */
  etagOf(uploadId: string, number: number): string | undefined {
    const named = this.completed.get(uploadId)?.parts.find((part) => part.number === number);
    return this.open.get(uploadId)?.parts.get(number)?.etag ?? named?.etag;
  }

  /** What a repeated Complete gets; `undefined` when it is no repetition. */
  repeatedAnswer(uploadId: string, key: string, parts: readonly NamedPart[]): CompletedUpload | undefined {
    checkOrder(parts);
    const before = this.completed.get(uploadId);
    const same = before?.key === key && JSON.stringify(before.parts) === JSON.stringify(parts);
    return same ? before : undefined;
  }

  /** The object that the named parts make: their bytes in a row, MD5 of their MD5s and their number as etag. */
  join(upload: ModelUpload, named: readonly NamedPart[], leastPart: number): { content: Buffer; etag: string; parts: ModelPart[] } {
    checkOrder(named);
    const chosen = named.map(({ number, etag }, index) => {
      const part = upload.parts.get(number);
      if (part?.etag !== etag) throw new S3Failure(400, 'InvalidPart');
      if (index < named.length - 1 && part.content.length < leastPart) throw new S3Failure(400, 'EntityTooSmall');
      return part;
    });
    let start = 0;
    const parts = chosen.map(({ number, content }) => {
      start += content.length;
      return { number, size: content.length, start: start - content.length };
    });
    const md5s = Buffer.concat(chosen.map(({ etag }) => Buffer.from(etag, 'hex')));
    return { content: Buffer.concat(chosen.map(({ content }) => content)), etag: `${md5(md5s)}-${chosen.length}`, parts };
  }

  /** Closes an upload, keeping its answer for repetitions. */
  remember({ uploadId, key }: ModelUpload, answer: Omit<CompletedUpload, 'key'>): void {
    this.open.delete(uploadId);
    this.completed.set(uploadId, { key, ...answer });
  }

  /** Open ones by key, then by time of initiation, then by id. */
  sorted(): readonly ModelUpload[] {
    return [...this.open.values()].sort((a, b) => compareKeys(a.key, b.key) || compareBegun(a, b));
  }

  /** @param uploadId with it the page starts inside the key `query.after` */
  list(query: PageQuery, uploadId?: string): Page<ModelUpload> {
    const { after } = query;
    const marker = this.open.get(uploadId ?? '');
    return pageOf(this.sorted(), query, (upload) => {
      const compared = after === undefined ? 1 : compareKeys(upload.key, after);
      return compared > 0 || (compared === 0 && marker !== undefined && compareBegun(upload, marker) > 0);
    });
  }
}

function compareBegun(a: ModelUpload, b: ModelUpload): number {
  return a.initiated - b.initiated || compareKeys(a.uploadId, b.uploadId);
}

function checkOrder(parts: readonly NamedPart[]): void {
  const misplaced = parts.some((part, index) => index > 0 && part.number <= parts[index - 1]!.number);
  if (misplaced) throw new S3Failure(400, 'InvalidPartOrder');
}

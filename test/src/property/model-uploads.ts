import { compareKeys } from './keys.js';
import { pageOf, type Page, type PageQuery } from './model-listing.js';
import type { ModelPart } from './model.js';
import { md5, S3Failure, type Description, type Window } from './model-terms.js';

export interface UploadedPart {
  readonly number: number;
  readonly content: Buffer;
  readonly etag: string;
  readonly written: Window;
}

export interface ModelUpload extends Description {
  readonly uploadId: string;
  readonly key: string;
  /** Later uploads have greater ones. */
  readonly order: number;
  readonly initiated: Window;
  readonly parts: Map<number, UploadedPart>;
}

interface NamedPart {
  readonly number: number;
  readonly etag: string;
}

interface CompletedUpload {
  readonly key: string;
  readonly etag: string;
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

  abort(uploadId: string, key: string): void {
    this.open.delete(this.find(uploadId, key).uploadId);
  }

  /** A part of that number is replaced. */
  putPart(uploadId: string, key: string, part: { number: number; content: Buffer; written: Window }): UploadedPart {
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
  repeatedAnswer(uploadId: string, key: string, parts: readonly NamedPart[]): { etag: string } | undefined {
    checkOrder(parts);
    const before = this.completed.get(uploadId);
    const same = before?.key === key && JSON.stringify(before.parts) === JSON.stringify(parts);
    return same ? { etag: before.etag } : undefined;
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
  remember(upload: ModelUpload, parts: readonly NamedPart[], etag: string): void {
    this.open.delete(upload.uploadId);
    this.completed.set(upload.uploadId, { key: upload.key, etag, parts });
  }

  /** Open ones by key, then by time of initiation. */
  sorted(): readonly ModelUpload[] {
    return [...this.open.values()].sort((a, b) => compareKeys(a.key, b.key) || a.order - b.order);
  }

  /** @param uploadId with it the page starts inside the key `query.after` */
  list(query: PageQuery, uploadId?: string): Page<ModelUpload> {
    const { after } = query;
    const order = this.open.get(uploadId ?? '')?.order;
    return pageOf(this.sorted(), query, (upload) => {
      const compared = after === undefined ? 1 : compareKeys(upload.key, after);
      return compared > 0 || (compared === 0 && order !== undefined && upload.order > order);
    });
  }
}

function checkOrder(parts: readonly NamedPart[]): void {
  const misplaced = parts.some((part, index) => index > 0 && part.number <= parts[index - 1]!.number);
  if (misplaced) throw new S3Failure(400, 'InvalidPartOrder');
}

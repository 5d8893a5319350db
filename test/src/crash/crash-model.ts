import { History } from './history.js';
import type { StoredValue } from './stored-value.js';

/** One part of an open upload. */
export interface StoredPart {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** An upload that the server acknowledged. Its own client is the only one that touches it and its key. */
export interface OpenUpload {
  readonly id: string;
  readonly key: string;
  readonly tag: string;
  readonly parts: Map<number, History<StoredPart>>;
  /** A Complete or Abort was sent whose answer did not come. */
  ending?: { readonly parts: readonly number[]; readonly value: StoredValue } | 'abort';
}

/** What clients know about one bucket: each write that they sent, and which were acknowledged. */
export class CrashModel {
  readonly objects = new Map<string, History<StoredValue>>();
  readonly uploads = new Map<string, OpenUpload>();
  /** Keys for which an upload was begun without an answer. */
  readonly begunUploads = new Set<string>();
  acknowledged = 0;

  constructor(readonly bucket: string) {}

  object(key: string): History<StoredValue> {
    let history = this.objects.get(key);
    if (!history) this.objects.set(key, (history = new History<StoredValue>(undefined)));
    return history;
  }

  uploadsOf(keys: readonly string[]): OpenUpload[] {
    return [...this.uploads.values()].filter((upload) => keys.includes(upload.key) && upload.ending === undefined);
  }
}

import { SharedArray } from 'k6/data';
import { setting } from '../environment.ts';
import { mustAnswer } from '../expect-answer.ts';
import { contentOf, repeatSeed } from '../texts.ts';
import type { Place } from './bucket.ts';
import { s3 } from './s3-client.ts';

/** Objects in one folder; a tenth as many folders as that. */
const FOLDERS = 10;

/** An object that is there before the load begins. */
export interface StoredObject {
  readonly key: string;
  readonly seed: string;
  readonly size: number;
  readonly sha256: string;
  readonly etag: string;
}

/** What is stored is known without asking: made once, and shared by all users instead of copied to each. In order of their keys. */
export const storedObjects = new SharedArray<StoredObject>('stored objects', () => {
  const size = setting('size');
  return Array.from({ length: setting('objects') }, (_, i) => {
    const number = String(i).padStart(9, '0');
    const seed = `stored object ${number} ........\n`;
    const { sha256, md5 } = contentOf(repeatSeed(seed, size));
    return { key: `read/${folderOf(i)}/${number}`, seed, size, sha256, etag: `"${md5}"` };
  }).sort((a, b) => (a.key < b.key ? -1 : 1));
});

/** Common prefixes of all stored objects. */
export const storedFolders = Math.min(FOLDERS, setting('objects'));

export function storeObjects(place: Place): Place {
  for (const { key, seed, size } of storedObjects) {
    const answer = s3.send({ method: 'PUT', path: `${place.bucket}/${key}`, body: contentOf(repeatSeed(seed, size)), name: 'store', statuses: [200] });
    mustAnswer(answer, 'store', [200]);
  }
  return place;
}

function folderOf(i: number): string {
  return String(i % FOLDERS).padStart(2, '0');
}

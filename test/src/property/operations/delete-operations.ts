import crypto from 'node:crypto';
import { LONG_KEY } from '../keys.js';
import { same } from '../mismatch.js';
import { escapeXml, readXml } from '../read-xml.js';
import type { Session } from '../session.js';
import type { Family } from './family.js';

export interface DeleteObject {
  readonly kind: 'delete';
  readonly bucket: string;
  readonly key: string;
}

export interface DeleteObjects {
  readonly kind: 'delete-many';
  readonly bucket: string;
  readonly keys: readonly string[];
  readonly quiet: boolean;
}

const MOST_KEYS = 8;

export const deleteObject: Family<DeleteObject> = {
  kind: 'delete',
  weight: 9,
  generate(generation) {
    const bucket = generation.bucket();
    return { kind: 'delete', bucket, key: generation.existingKey(bucket) };
  },
  async run(session, { bucket, key }) {
    const answer = await session.send({ method: 'DELETE', path: session.path(bucket, key) });
    session.judge(answer, 204, () => session.model.deleteObject(bucket, key));
  },
};

export const deleteObjects: Family<DeleteObjects> = {
  kind: 'delete-many',
  weight: 1.5,
  generate(generation) {
    const { random } = generation;
    const bucket = generation.bucket();
    const keys = Array.from({ length: random.integer(1, MOST_KEYS) }, () => (random.chance(0.05) ? LONG_KEY : generation.existingKey(bucket)));
    return { kind: 'delete-many', bucket, keys, quiet: random.chance(0.3) };
  },
  run: (session, { bucket, keys, quiet }) => deleteKeys(session, bucket, keys, quiet),
};

/** One DeleteObjects, each key's outcome compared. */
export async function deleteKeys(session: Session, bucket: string, keys: readonly string[], quiet: boolean): Promise<void> {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('');
  const body = `<Delete>${objects}<Quiet>${quiet}</Quiet></Delete>`;
  const headers = { 'content-md5': crypto.hash('md5', body, 'base64') };
  const answer = await session.send({ method: 'POST', path: session.path(bucket), query: 'delete=', headers, body });
  const outcomes = session.judge(answer, 200, () => {
    session.model.bucket(bucket);
    return keys.map((key) => {
      if (key === LONG_KEY) return `${key}: KeyTooLongError`;
      session.model.deleteObject(bucket, key);
      return quiet ? undefined : `${key}: deleted`;
    });
  });
  if (outcomes === undefined) return;
  const actual = readXml(answer.text).children.map((entry) => `${entry.get('Key')}: ${entry.name === 'Deleted' ? 'deleted' : entry.get('Code')}`);
  same('outcomes', actual, outcomes.filter((outcome) => outcome !== undefined));
}

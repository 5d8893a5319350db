import { mustAnswer, textOf } from '../expect-answer.ts';
import { contentOf, runName } from '../texts.ts';
import { s3 } from './s3-client.ts';

/** What `setup` hands to every user and to `teardown`. */
export interface Place {
  readonly bucket: string;
}

/** A bucket of this run. */
export function makeBucket(): Place {
  const bucket = runName();
  mustAnswer(s3.send({ method: 'PUT', path: bucket, name: 'make bucket', statuses: [200] }), 'make bucket', [200]);
  return { bucket };
}

/** Removes the bucket with all that is in it: uploads, objects, itself. */
export function removeBucket({ bucket }: Place): void {
  for (let [uploads, more] = openUploads(bucket); uploads.length > 0; [uploads, more] = more ? openUploads(bucket) : [[], false]) {
    for (const { key, uploadId } of uploads) {
      mustAnswer(s3.send({ method: 'DELETE', path: `${bucket}/${key}`, query: { uploadId }, name: 'abort upload', statuses: [204] }), 'abort upload', [204]);
    }
  }
  for (let keys = firstKeys(bucket); keys.length > 0; keys = firstKeys(bucket)) removeKeys(bucket, keys);
  mustAnswer(s3.send({ method: 'DELETE', path: bucket, name: 'remove bucket', statuses: [204] }), 'remove bucket', [204]);
}

function firstKeys(bucket: string): readonly string[] {
  const answer = s3.send({ method: 'GET', path: bucket, query: { 'list-type': '2', 'max-keys': '1000' }, name: 'list to remove', statuses: [200] });
  return elements(textOf(mustAnswer(answer, 'list to remove', [200])), 'Key');
}

function removeKeys(bucket: string, keys: readonly string[]): void {
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('');
  const body = contentOf(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${objects}</Delete>`);
  const text = textOf(mustAnswer(s3.sendDocument({ method: 'POST', path: bucket, query: { delete: '' }, body, name: 'remove objects', statuses: [200] }), 'remove objects', [200]));
  if (text.includes('<Error>')) throw new Error(`Objects of ${bucket} could not be removed: ${text.slice(0, 300)}`);
}

function openUploads(bucket: string): [readonly { readonly key: string; readonly uploadId: string }[], boolean] {
  const answer = s3.send({ method: 'GET', path: bucket, query: { uploads: '' }, name: 'list uploads', statuses: [200] });
  const text = textOf(mustAnswer(answer, 'list uploads', [200]));
  const [keys, ids] = [elements(text, 'Key'), elements(text, 'UploadId')];
  return [keys.map((key, i) => ({ key, uploadId: ids[i]! })), text.includes('<IsTruncated>true')];
}

/** Texts of all elements of that name; ours hold nothing that XML escapes. */
export function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text!);
}

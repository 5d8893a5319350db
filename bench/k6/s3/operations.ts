import { sha256 } from 'k6/crypto';
import exec from 'k6/execution';
import { setting } from '../environment.ts';
import { expectAnswer, headerOf, lengthOf, textOf } from '../expect-answer.ts';
import { freshContent, pick } from '../texts.ts';
import { elements, type Place } from './bucket.ts';
import { s3 } from './s3-client.ts';
import { storedFolders, storedObjects } from './stored-objects.ts';

/** Keys that a user wrote and did not delete, oldest first; each has its own. */
const written: string[] = [];

/** New content under the user's next key. */
export function put({ bucket }: Place): void {
  const content = freshContent(setting('size'));
  const key = `put/${exec.vu.idInTest}/${exec.vu.iterationInScenario % setting('keys')}`;
  const answer = s3.send({ method: 'PUT', path: `${bucket}/${key}`, body: content, name: 'PUT object', statuses: [200] });
  const stored = expectAnswer(answer, 'PUT object', [200], { 'ETag is the MD5': (one) => headerOf(one, 'etag') === `"${content.md5}"` });
  if (stored && !written.includes(key)) written.push(key);
}

export function get({ bucket }: Place): void {
  const object = pick(storedObjects);
  const answer = s3.send({ method: 'GET', path: `${bucket}/${object.key}`, name: 'GET object', statuses: [200], binary: true });
  expectAnswer(answer, 'GET object', [200], {
    length: (one) => lengthOf(one) === object.size,
    ETag: (one) => headerOf(one, 'etag') === object.etag,
    'SHA-256': (one) => sha256(one.body ?? '', 'hex') === object.sha256,
  });
}

export function head({ bucket }: Place): void {
  const object = pick(storedObjects);
  const answer = s3.send({ method: 'HEAD', path: `${bucket}/${object.key}`, name: 'HEAD object', statuses: [200] });
  expectAnswer(answer, 'HEAD object', [200], {
    length: (one) => headerOf(one, 'content-length') === String(object.size),
    ETag: (one) => headerOf(one, 'etag') === object.etag,
  });
}

/** The page that begins behind one of the stored keys. */
export function list({ bucket }: Place): void {
  const after = Math.floor(Math.random() * storedObjects.length);
  const size = setting('page');
  const query = { 'list-type': '2', 'max-keys': String(size), prefix: 'read/', 'start-after': storedObjects[after]!.key };
  const answer = s3.send({ method: 'GET', path: bucket, query, name: 'list', statuses: [200] });
  expectAnswer(answer, 'list', [200], {
    'keys, all and in order': (one) => {
      const keys = elements(textOf(one), 'Key');
      return keys.length === Math.min(size, storedObjects.length - after - 1) && keys.every((key, i) => key === storedObjects[after + 1 + i]!.key);
    },
  });
}

export function listPrefixes({ bucket }: Place): void {
  const query = { 'list-type': '2', prefix: 'read/', delimiter: '/' };
  const answer = s3.send({ method: 'GET', path: bucket, query, name: 'list of prefixes', statuses: [200] });
  expectAnswer(answer, 'list of prefixes', [200], {
    'prefixes, all of them': (one) => textOf(one).split('<CommonPrefixes>').length - 1 === storedFolders,
    'no keys': (one) => !textOf(one).includes('<Key>'),
  });
}

/** The oldest object that this user wrote; a new one when there is none. */
export function removeOrPut(place: Place): void {
  const key = written.shift();
  if (key === undefined) return put(place);
  const answer = s3.send({ method: 'DELETE', path: `${place.bucket}/${key}`, name: 'DELETE object', statuses: [204] });
  expectAnswer(answer, 'DELETE object', [204]);
}

import { md5 } from 'k6/crypto';
import exec from 'k6/execution';
import { setting } from '../environment.ts';
import { expectAnswer, headerOf, textOf } from '../expect-answer.ts';
import { contentOf, freshContent } from '../texts.ts';
import { elements, type Place } from './bucket.ts';
import { s3 } from './s3-client.ts';

/** One upload in parts, and a look at what came of it. */
export function uploadInParts({ bucket }: Place): void {
  const path = `${bucket}/parts/${exec.vu.idInTest}/${exec.vu.iterationInScenario % setting('keys')}`;
  const created = s3.send({ method: 'POST', path, query: { uploads: '' }, name: 'create upload', statuses: [200] });
  const uploadId = elements(textOf(created), 'UploadId')[0];
  if (!expectAnswer(created, 'create upload', [200], { 'an upload id': () => uploadId !== undefined }) || uploadId === undefined) return;

  const sums: string[] = [];
  for (let part = 1; part <= setting('parts'); part++) {
    const content = freshContent(setting('part-size'));
    const answer = s3.send({ method: 'PUT', path, query: { uploadId, partNumber: String(part) }, body: content, name: 'PUT part', statuses: [200] });
    if (!expectAnswer(answer, 'PUT part', [200], { 'ETag is the MD5': (one) => headerOf(one, 'etag') === `"${content.md5}"` })) return abort(path, uploadId);
    sums.push(content.md5);
  }

  const etag = `"${md5(bytesOf(sums.join('')), 'hex')}-${sums.length}"`;
  const document = sums.map((sum, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>"${sum}"</ETag></Part>`).join('');
  const body = contentOf(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${document}</CompleteMultipartUpload>`);
  const completed = s3.send({ method: 'POST', path, query: { uploadId }, body, name: 'complete upload', statuses: [200] });
  // Of a failure that comes after the status line, S3 tells in the body.
  if (!expectAnswer(completed, 'complete upload', [200], { 'no error in the answer': (one) => !textOf(one).includes('<Error>') })) return abort(path, uploadId);

  const answer = s3.send({ method: 'HEAD', path, name: 'HEAD of the upload', statuses: [200] });
  expectAnswer(answer, 'HEAD of the upload', [200], {
    length: (one) => headerOf(one, 'content-length') === String(setting('part-size') * sums.length),
    'ETag of the parts': (one) => headerOf(one, 'etag') === etag,
  });
}

function abort(path: string, uploadId: string): void {
  s3.send({ method: 'DELETE', path, query: { uploadId }, name: 'abort upload', statuses: [204] });
}

function bytesOf(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16)).buffer;
}

import type { Answer } from '../../http/answer.js';
import type { CompletedForm } from '../post-form.js';
import { readForm } from '../post-form.js';
import type { S3Call, S3Operation } from '../s3-call.js';
import { describeObject } from '../object-description.js';
import { newVersionHeaders } from '../object-headers.js';
import { putObject } from '@zas/object-store';
import { postRedirect, readPostSuccess, renderPostResponse, writeChecksumHeaders } from '@zas/s3-protocol';
import { locationOf } from '../location.js';

/** POST Object: an upload by an HTML form (S3 API Reference, "POST Object"). */
export const postObject: S3Operation = async (call) => {
  const form = await readForm(call);
  const { headers, tags } = form;
  const target = { bucket: call.bucket, key: form.key };
  await call.authorize('s3:PutObject', target, { tags });
  const described = await describeObject(call, { headers, target, tags });
  const written = await putObject(call.store, call.context, {
    ...described,
    bucket: call.bucket,
    key: form.key,
    source: form.source,
  });
  return answer(call, form, written);
};

function answer(call: S3Call, form: CompletedForm, written: Awaited<ReturnType<typeof putObject>>): Answer {
  const { key } = form;
  const etag = `"${written.etag}"`;
  const location = locationOf(call, key);
  const headers: Record<string, string> = { ...newVersionHeaders(written), etag, location };
  writeChecksumHeaders({ ...written.checksum, type: 'FULL_OBJECT' }, headers);
  const success = readPostSuccess(form.fields);
  const result = { bucket: call.bucket.name, key, etag: written.etag };
  if ('redirect' in success) return { status: 303, headers: { ...headers, location: postRedirect(success.redirect, result) } };
  if (success.status !== 201) return { status: success.status, headers };
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body: renderPostResponse({ location, ...result }) };
}

import type { IncomingHttpHeaders } from 'node:http';
import type { BodySource } from '@zas/content-store';
import type { PostFields } from '@zas/s3-protocol';
import {
  checkKey,
  checkPostPolicy,
  contentLengthRange,
  decodeFormData,
  parsePostPolicy,
  postFieldsToHeaders,
  postKey,
  postTagging,
  readBoundary,
  readChecksumRequest,
  readContentMd5,
  readPostSignature,
  s3Error,
} from '@zas/s3-protocol';
import type { Tags } from '@zas/plugin-api';
import { verifyBody } from './request-body.js';
import type { S3Call } from './s3-call.js';

/** A form whose signature and policy hold, its file still to be read. */
export interface CompletedForm {
  readonly fields: PostFields;
  readonly key: string;
  /** The fields that describe the object, as headers. */
  readonly headers: IncomingHttpHeaders;
  readonly tags: Tags | undefined;
  readonly source: Omit<BodySource, 'maxSize'>;
}

/**
 * Reads a form up to its file and checks what stands before it: signature, then
 * policy. Without both it is anonymous. Throws S3Error.
 */
export async function readForm(call: S3Call): Promise<CompletedForm> {
  const { fields, file } = await decodeFormData(call.exchange.body(), readBoundary(String(call.headers['content-type'] ?? '')));
  const signature = readPostSignature(fields);
  const policyText = fields.get('policy');
  let range: ReturnType<typeof contentLengthRange>;
  if (signature) {
    // The signature is over the policy as sent; nothing in it is looked at before that holds.
    if (policyText === undefined) throw s3Error('InvalidArgument', { message: 'Bucket POST must contain a field named policy.' });
    await call.identifyForm(signature, policyText);
    const policy = parsePostPolicy(policyText);
    checkPostPolicy(policy, fields, { bucket: call.bucket.name, now: call.store.clock.now() });
    range = contentLengthRange(policy);
  }
  const key = postKey(fields);
  checkKey(key);
  const headers = postFieldsToHeaders(fields);
  call.describedBy(headers);
  const checksum = readChecksumRequest(headers);
  const statement = { payloadHash: { kind: 'unsigned' } as const, md5: readContentMd5(headers), checksum };
  return {
    fields,
    key,
    headers,
    tags: postTagging(fields),
    source: {
      bytes: range ? within(file.bytes, range) : file.bytes,
      checksum: checksum?.algorithm,
      verify: (digests) => verifyBody(statement, digests, undefined),
    },
  };
}

/** Throws `EntityTooLarge` as soon as it is, `EntityTooSmall` at the end. */
async function* within(bytes: AsyncIterable<Uint8Array>, { min, max }: { min: number; max: number }): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > max) throw s3Error('EntityTooLarge', { fields: { ProposedSize: String(size), MaxSizeAllowed: String(max) } });
    yield piece;
  }
  if (size < min) throw s3Error('EntityTooSmall', { fields: { ProposedSize: String(size), MinSizeAllowed: String(min) } });
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PostFields } from '../post/post-fields.js';
import { missingPostField, postSignatureMismatch } from '../post/post-signature.js';

/**
 * POST forms of Signature Version 2 (S3 User Guide, "HTML forms (AWS signature
 * version 2)"), for doors that accept them beside presigned URLs of that version.
 * Who does not ask here gets the refusal of `readPostSignature`.
 */
export interface PostSignatureV2 {
  readonly accessKeyId: string;
  /** Base64, untrusted. */
  readonly signature: string;
  /** What is signed: the policy in base64. */
  readonly policy: string;
}

/**
 * @returns `undefined` when the form carries no signature of version 2
 * @throws S3Error `InvalidArgument`, in AWS's words, for a partial one
 */
export function readPostSignatureV2(fields: PostFields): PostSignatureV2 | undefined {
  if (fields.has('X-Amz-Signature') || (!fields.has('AWSAccessKeyId') && !fields.has('Signature'))) return undefined;
  const read = (name: string): string => {
    const value = fields.get(name);
    if (!value) throw missingPostField(name);
    return value;
  };
  return { accessKeyId: read('AWSAccessKeyId'), signature: read('Signature'), policy: read('Policy') };
}

/** In constant time. @throws S3Error `SignatureDoesNotMatch` */
export function verifyPostSignatureV2(signature: PostSignatureV2, policyText: string, secret: string): void {
  const expected = createHmac('sha1', secret).update(policyText).digest();
  const given = Buffer.from(signature.signature, 'base64');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw postSignatureMismatch(signature.accessKeyId, signature.signature, policyText);
}

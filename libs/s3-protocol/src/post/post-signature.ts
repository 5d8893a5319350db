import { S3Error, invalidArgument, s3Error } from '../errors/s3-error.js';
import { parseCredential } from '../sigv4/credential.js';
import { ALGORITHM, NOT_SUPPORTED } from '../sigv4/mechanism.js';
import { MAX_EXPIRES_SECONDS } from '../sigv4/read-signature.js';
import type { CredentialScope } from '../sigv4/request.js';
import { spacedHex } from '../sigv4/signed-bytes.js';
import { parseTimestamp } from '../sigv4/timestamp.js';
import type { VerifyOptions } from '../sigv4/verify-signature.js';
import { MAX_SKEW_MS, isSignatureOf } from '../sigv4/verify-signature.js';
import type { PostFields } from './post-fields.js';

/** A form's claim to be signed, read but not yet believed. */
export interface PostSignature {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** As given, with the scope. */
  readonly credential: string;
  /** As given; right when it is 64 lower-case hex digits of the right value. */
  readonly signature: string;
  /** Milliseconds since the epoch. */
  readonly signedAt: number;
  /** What is signed: the policy in base64. */
  readonly policy: string;
  readonly sessionToken?: string;
}

const REQUIRED = ['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'Policy'] as const;
const MARKS = ['X-Amz-Signature', 'X-Amz-Algorithm', 'X-Amz-Credential'] as const;

/**
 * Reads the signature of a POST form ("Authenticating requests in browser-based
 * uploads using POST") without believing it.
 * @returns `undefined` when the form carries none: it is anonymous, with or without a policy
 * @throws S3Error `InvalidRequest` for a form of Signature Version 2; `InvalidArgument`,
 *   in AWS's words, for a missing or malformed field
 */
export function readPostSignature(fields: PostFields): PostSignature | undefined {
  if (!MARKS.some((name) => fields.has(name))) {
    if (!fields.has('AWSAccessKeyId') && !fields.has('Signature')) return undefined;
    throw s3Error('InvalidRequest', { message: NOT_SUPPORTED });
  }
  for (const name of REQUIRED) {
    if (!fields.get(name)) throw missingPostField(name);
  }
  const algorithm = fields.get('X-Amz-Algorithm') ?? '';
  if (algorithm !== ALGORITHM) throw invalidArgument(`Only ${ALGORITHM} is supported`, 'X-Amz-Algorithm', algorithm);
  const credential = fields.get('X-Amz-Credential') ?? '';
  const { accessKeyId, scope } = parseCredential(credential, (problem) => wrongCredential(problem, credential));
  const date = fields.get('X-Amz-Date') ?? '';
  const signedAt = parseTimestamp(date);
  if (signedAt === undefined) {
    throw invalidArgument('X-Amz-Date must be formated via ISO8601 Long format', 'X-Amz-Date', date);
  }
  if (!date.startsWith(scope.date)) {
    throw wrongCredential(
      `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${date.slice(0, 8)}".`,
      credential,
    );
  }
  return {
    accessKeyId,
    scope,
    credential,
    signature: fields.get('X-Amz-Signature') ?? '',
    signedAt,
    policy: fields.get('Policy') ?? '',
    sessionToken: fields.get('X-Amz-Security-Token'),
  };
}

/** The `InvalidArgument` for a field that a form must have. */
export function missingPostField(name: string): S3Error {
  return invalidArgument(
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    name,
    '',
  );
}

function wrongCredential(problem: string, credential: string): S3Error {
  return invalidArgument(problem, 'x-amz-credential', credential);
}

/**
 * Checks scope, time and signature, the last in constant time. The policy says how
 * long a form is good for, so that the clocks' difference bounds the future only;
 * the past is bounded by the week for which a signing key is.
 * @param policyText the field `policy` as it came
 * @throws S3Error `InvalidArgument` for another region or service; `AccessDenied` for a
 *   date that is to come or a week gone; `SignatureDoesNotMatch`
 */
export function verifyPostSignature(
  signature: PostSignature,
  policyText: string,
  secret: string,
  options: VerifyOptions,
): void {
  const { scope, signedAt, credential } = signature;
  if (scope.service !== 's3') {
    throw wrongCredential(`incorrect service "${scope.service}". This endpoint belongs to "s3".`, credential);
  }
  if (scope.region !== options.region) {
    throw wrongCredential(`the region '${scope.region}' is wrong; expecting '${options.region}'`, credential);
  }
  if (signedAt - options.now > MAX_SKEW_MS) throw s3Error('AccessDenied', { message: 'Request is not yet valid' });
  if (options.now - signedAt > MAX_EXPIRES_SECONDS * 1000) throw s3Error('AccessDenied', { message: 'Request has expired' });
  if (isSignatureOf(signature.signature, options.keyCache.find(secret, scope), policyText)) return;
  throw postSignatureMismatch(signature.accessKeyId, signature.signature, policyText);
}

/** The `SignatureDoesNotMatch` of a form, whose string to sign is its policy. */
export function postSignatureMismatch(accessKeyId: string, signature: string, policyText: string): S3Error {
  return new S3Error('SignatureDoesNotMatch', {
    fields: {
      AWSAccessKeyId: accessKeyId,
      StringToSign: policyText,
      SignatureProvided: signature,
      StringToSignBytes: spacedHex(policyText, 'utf8'),
    },
  });
}

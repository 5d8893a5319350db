import type { Clock, Credential, Credentials, Principal } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';
import type { ChunkSigning, PayloadHash, PostSignature, S3Target, SignedRequestView, SigningKeyCache } from '@zas/s3-protocol';
import {
  parsePayloadHash,
  readPresignedV2,
  readSignature,
  s3Error,
  verifyPostSignature,
  verifyPresignedV2,
  verifySignature,
} from '@zas/s3-protocol';
import type { AttributedRequest } from './request-attributes.js';

export interface S3Authentication {
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly region: string;
  readonly keyCache: SigningKeyCache;
  /** Accept presigned URLs of Signature Version 2. */
  readonly presignedV2: boolean;
}

/** What a valid signature says about the body. */
export interface Authenticated {
  readonly payloadHash: PayloadHash;
  /** For the chunks of a signed body. */
  readonly signing?: ChunkSigning;
  /** For conditions. */
  readonly signature: NonNullable<AttributedRequest['signature']>;
}

/**
 * Verifies the request's signature and puts the principal into the context.
 * @returns `undefined` for an anonymous request
 * Throws S3Error with AWS's code for everything that is not right.
 */
export async function authenticateS3(
  how: S3Authentication,
  context: RequestContext,
  request: SignedRequestView,
  target: S3Target,
): Promise<Authenticated | undefined> {
  if (how.presignedV2 && target.key !== undefined && request.headers.authorization === undefined) {
    const presigned = readPresignedV2(target.query);
    if (presigned) return authenticateV2(how, context, request, target, presigned);
  }
  const signature = readSignature(request, target.query);
  if (!signature) return undefined;
  const credential = await findCredential(how, context, signature.accessKeyId, signature.sessionToken);
  const { region, keyCache } = how;
  const signing = verifySignature(request, signature, credential.secret, { now: how.clock.now(), region, keyCache });
  context.principal = credential.principal;
  const form = signature.form === 'header' ? 'REST-HEADER' : 'REST-QUERY-STRING';
  return {
    payloadHash: signature.payloadHash,
    signing,
    signature: { form, version: 'AWS4-HMAC-SHA256', signedAt: signature.signedAt },
  };
}

/** Verifies the signature of a POST form. @returns its signer. Throws as {@link authenticateS3}. */
export async function authenticateForm(
  how: S3Authentication,
  context: RequestContext,
  signature: PostSignature,
  policy: string,
): Promise<Principal> {
  const credential = await findCredential(how, context, signature.accessKeyId, signature.sessionToken);
  const { region, keyCache } = how;
  verifyPostSignature(signature, policy, credential.secret, { now: how.clock.now(), region, keyCache });
  return credential.principal;
}

async function authenticateV2(
  how: S3Authentication,
  context: RequestContext,
  request: SignedRequestView,
  target: S3Target,
  presigned: NonNullable<ReturnType<typeof readPresignedV2>>,
): Promise<Authenticated> {
  const credential = await findCredential(how, context, presigned.accessKeyId, target.query.get('x-amz-security-token'));
  const hostBucket = target.virtualHost ? target.bucket : undefined;
  verifyPresignedV2({ ...request, query: target.query, hostBucket }, presigned, credential.secret, how.clock.now());
  context.principal = credential.principal;
  const payloadHash = parsePayloadHash(String(request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD'));
  // Version 2 makes no key that chunks could be signed with.
  if (payloadHash.kind === 'chunked' && payloadHash.framing !== 'unsigned-trailer') throw s3Error('InvalidRequest');
  return { payloadHash, signature: { form: 'REST-QUERY-STRING', version: 'AWS' } };
}

/** Throws `InvalidAccessKeyId`, `InvalidToken` or `ExpiredToken`. */
export async function findCredential(
  how: Pick<S3Authentication, 'credentials' | 'clock'>,
  context: RequestContext,
  accessKeyId: string,
  sessionToken?: string,
): Promise<Credential> {
  const credential = await how.credentials.find(context, accessKeyId, sessionToken);
  if (!credential && sessionToken !== undefined) throw s3Error('InvalidToken');
  if (!credential) throw s3Error('InvalidAccessKeyId', { fields: { AWSAccessKeyId: accessKeyId } });
  if (credential.expiresAt !== undefined && credential.expiresAt <= how.clock.now()) throw s3Error('ExpiredToken');
  return credential;
}

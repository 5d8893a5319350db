import type { Clock, Credentials } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';
import type { ChunkSigning, S3Query, Signature, SignedRequestView, SigningKeyCache } from '@zas/s3-protocol';
import { readSignature, s3Error, verifySignature } from '@zas/s3-protocol';

export interface S3Authentication {
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly region: string;
  readonly keyCache: SigningKeyCache;
}

/**
 * Verifies Signature V4 and puts the principal into the context.
 * @returns `undefined` for an anonymous request
 * Throws S3Error with AWS's code for everything that is not right.
 */
export async function authenticateS3(
  { credentials, clock, region, keyCache }: S3Authentication,
  context: RequestContext,
  request: SignedRequestView,
  query: S3Query,
): Promise<{ signature: Signature; signing: ChunkSigning } | undefined> {
  const signature = readSignature(request, query);
  if (!signature) return undefined;
  const { accessKeyId, sessionToken } = signature;
  const credential = await credentials.find(context, accessKeyId, sessionToken);
  if (!credential) throw s3Error('InvalidAccessKeyId', { fields: { AWSAccessKeyId: accessKeyId } });
  const now = clock.now();
  if (credential.expiresAt !== undefined && credential.expiresAt <= now) throw s3Error('ExpiredToken');
  const signing = verifySignature(request, signature, credential.secret, { now, region, keyCache });
  context.principal = credential.principal;
  return { signature, signing };
}

import type { IncomingMessage } from 'node:http';
import type { AttributeSource, AuthenticationRequest, Authenticator, Authorizer, Resource } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';

/**
 * Authentication of everything that is not S3-signed: the first authenticator that
 * knows the credential decides; with none sent the caller is anonymous.
 * Throws `unauthenticated`, also for a credential that nobody knows.
 */
export async function authenticateRequest(
  authenticators: readonly Authenticator[],
  context: RequestContext,
  request: IncomingMessage,
  url: string,
  transport: Pick<AuthenticationRequest, 'secure' | 'clientCertificate'> = {},
): Promise<void> {
  const [path = '', query = ''] = url.split('?', 2);
  for (const authenticator of authenticators) {
    const result = await authenticator.authenticate(context, {
      method: request.method ?? 'GET',
      path,
      query,
      headers: request.headers,
      peerAddress: context.address ?? '',
      ...transport,
    });
    if (result.outcome === 'rejected') throw new StoreError('unauthenticated', result.reason);
    if (result.outcome === 'accepted') {
      context.principal = result.principal;
      return;
    }
  }
  if (request.headers.authorization !== undefined) throw new StoreError('unauthenticated', 'Nobody knows the credential');
}

/** Throws `unauthenticated` for anonymous callers that may not, `access-denied` for known ones. */
export async function requirePermission(
  authorizer: Authorizer | undefined,
  context: RequestContext,
  action: string,
  resource: Resource,
  attributes?: AttributeSource,
): Promise<void> {
  const decision = await authorizer?.decide(context, { principal: context.principal, action, resource, attributes });
  if (decision?.allow) return;
  if (!context.principal) throw new StoreError('unauthenticated', 'A credential is needed');
  throw new StoreError('access-denied', decision?.reason ?? 'No authorizer is loaded');
}

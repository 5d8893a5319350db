import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';
import type { Principal } from '../principal.js';

/** What an authenticator may look at: never a body. Header names are lower case. */
export interface AuthenticationRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly peerAddress: string;
  /** It came over TLS. Absent: not known. */
  readonly secure?: boolean;
  /** The certificate that the client proved to have, checked against the server's client CAs. */
  readonly clientCertificate?: ClientCertificate;
}

/** Of a client that authenticated itself by TLS, or of whom a trusted proxy says so. */
export interface ClientCertificate {
  /** RFC 4514 text of the subject. */
  readonly subject: string;
  readonly issuer: string;
  /** `DNS:name`, `URI:spiffe://…`, `email:…`, `IP:…`, in the certificate's order. */
  readonly subjectAltNames: readonly string[];
  /** Lower-case hex of the SHA-256 of the DER encoding. */
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** `not-mine` passes on to the next authenticator; `rejected` ends the chain. */
export type AuthenticationResult =
  | { readonly outcome: 'not-mine' }
  | { readonly outcome: 'accepted'; readonly principal: Principal }
  | { readonly outcome: 'rejected'; readonly reason: string };

/**
 * Authentication of all that is not S3-signed (admin, plugin routes, OCI).
 * Anonymous applies only when every authenticator says `not-mine`.
 */
export interface Authenticator {
  /** The `WWW-Authenticate` challenge to show when a credential is needed, for example `Basic realm="…"`. */
  readonly challenge: string;
  authenticate(context: CallContext, request: AuthenticationRequest): Promise<AuthenticationResult>;
}

export const authenticator = definePoint<Authenticator>('access.authenticator/v1alpha', 'ordered');

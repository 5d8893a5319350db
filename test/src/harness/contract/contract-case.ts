import type { IdentityProvider } from '../identity-provider.js';
import type { OciClient } from '../oci-client.js';
import type { RestClient } from '../rest-client.js';
import type { Keys, SignedClient } from '../signed-client.js';

/** One server, and who talks to it as its root. */
export interface ContractWorld {
  readonly root: RestClient;
  readonly s3: SignedClient;
  readonly oci: OciClient;
  readonly provider: IdentityProvider;
  /** Id of the root's account. */
  readonly account: string;
}

export interface ContractRequest {
  /** With query, as it goes over the wire. */
  readonly path: string;
  /** What is no text and no bytes goes out as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Word of `x-amz-content-sha256`; absent: the body's digest. */
  readonly payloadHash?: string;
  /** Who asks; absent: the root. */
  readonly keys?: Keys;
  /** Absent: the lowest one of the document. */
  readonly status?: number;
}

export interface WrongRequest extends ContractRequest {
  readonly what: string;
  readonly status: number;
  /** Code of the answer. */
  readonly code?: string;
}

export type Prepared = Readonly<Record<string, string>>;

/** How one operation is called rightly, and how wrongly. */
export interface ContractCase {
  /** What has to be there. */
  readonly prepare?: (world: ContractWorld) => Promise<Prepared>;
  /** One request, or several that follow each other. */
  readonly right: (prepared: Prepared) => ContractRequest | readonly ContractRequest[];
  /** Sent before the right ones. */
  readonly wrong?: readonly WrongRequest[] | ((prepared: Prepared) => readonly WrongRequest[]);
}

let made = 0;

/** A name that nothing has yet. */
export const fresh = (kind: string): string => `${kind}-${++made}`;

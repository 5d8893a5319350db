import type { IncomingHttpHeaders } from 'node:http';
import type { OciAction, RepositoryRecord } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';
import type { ArtifactRegistry, PullRecorder } from '@zas/artifact-registry';
import type { OciTarget, Reference } from '@zas/oci-protocol';
import type { Answer } from '../http/answer.js';
import type { Exchange } from '../http/exchange.js';
import type { CatalogSight } from './catalog-sight.js';

/** One request of the registry protocol, as an operation sees it: authenticated, and authorised for its route. */
export interface OciCall {
  readonly context: RequestContext;
  readonly registry: ArtifactRegistry;
  readonly pulls: PullRecorder;
  /** Longest manifest, bytes. */
  readonly manifestBytes: number;
  /** Seals positions in lists. */
  readonly positionSecret: Uint8Array;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly target: OciTarget;
  readonly exchange: Exchange;
  /** The repository of the target. Throws for routes without one. */
  readonly repository: RepositoryRecord;
  /** The same, for routes that answer for one that is not there. */
  readonly repositoryIfAny: RepositoryRecord | undefined;
  /** Of the target's manifest. Throws for other targets. */
  readonly reference: Reference;
  /** Throws `DENIED`, or `UNAUTHORIZED` where another credential could help. @param tag that the action names */
  authorize(action: OciAction, tag?: string): Promise<void>;
  /** As `authorize`, for what is shown or not. */
  may(action: OciAction, tag?: string): Promise<boolean>;
  /** May the caller do that to another repository? `live`: whatever the ceiling of his token is. */
  mayOn(repository: RepositoryRecord, action: OciAction, ceiling: 'token' | 'live'): Promise<boolean>;
  /**
   * Throws `UNAUTHORIZED` for a token that was made without that repository in mind;
   * one that was asked for it and does not hold it will not get better.
   */
  requireMention(name: string, action: OciAction): void;
  /** What the caller may see of the catalog: whatever one of them shows. Throws `UNAUTHORIZED` for a token that is not for it. */
  sights(): Promise<readonly CatalogSight[]>;
  /** Whoever comes may do that here without a credential, so that shared caches may keep the answer. */
  isPublic(action: OciAction): Promise<boolean>;
  /** Bytes of the request's body, as far as they are announced; `undefined`: in chunks of HTTP. Throws `SIZE_INVALID` for what is no length. */
  contentLength(): number | undefined;
}

export type OciOperation = (call: OciCall) => Promise<Answer>;

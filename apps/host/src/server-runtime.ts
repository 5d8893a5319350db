import type { ArtifactRegistry } from '@zas/artifact-registry';
import type { Points } from '@zas/plugin-api';
import type { PluginHost } from '@zas/plugin-host';
import type { ApiDocument } from './api-document/api-document.js';
import type { MountedRoute } from './api-document/mounted-route.js';
import type { ApiCors } from './http/api-cors.js';
import type { Door } from './http/door.js';
import type { Exchanges } from './http/exchanges.js';
import type { RestDoorParts } from './http/rest-door.js';

/** What stands before Nest is made; Nest only puts it on HTTP. */
export interface ServerRuntime {
  readonly plugins: PluginHost;
  readonly points: Points;
  readonly exchanges: Exchanges;
  readonly s3: Door;
  readonly oci: Door;
  readonly token: Door;
  /** Absent where no plugin makes temporary credentials. */
  readonly sts: Door | undefined;
  readonly rest: RestDoorParts;
  /** Absent where no page of another origin may use the API. */
  readonly cors: ApiCors | undefined;
  readonly registry: ArtifactRegistry;
  /** Whether `/docs` shows the API. */
  readonly docs: boolean;
  draining: boolean;
  /** What is answered over REST; empty until Nest has put it on HTTP. */
  routes: readonly MountedRoute[];
  /** The OpenAPI document of all that is answered, made when it is first asked for. */
  apiDocument(): Promise<ApiDocument>;
}

export const RUNTIME = Symbol('ServerRuntime');

import type { z } from 'zod';
import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';
import type { AttributeSource, Resource } from './authorizer.js';

/** A route is data. Paths lie under `/_/<plugin name>` unless the host grants the plugin another prefix. */
export interface HttpRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Starts with `/`; `:name` segments become `params`. Relative to the plugin's prefix. */
  readonly path: string;
  /**
   * The action that the authorizer is asked about; `public`: everybody may; `signed-in`: whoever shows a
   * credential that is accepted. A route without one does not start.
   */
  readonly permission: string;
  /** What is acted upon, before body and query are checked, so the query holds texts; absent: the server, as `{ type: 'admin' }`. */
  readonly resource?: (context: CallContext, request: Pick<HttpRouteRequest, 'params' | 'query'>) => Resource;
  /** `none`: a body is refused; `json`: parsed and checked by `input`, at most 1 MiB. */
  readonly body: 'none' | 'json';
  readonly input?: z.ZodType;
  /** Checks `query`; an object of texts and of what can be made of them. Absent: anything goes, as texts. */
  readonly queryInput?: z.ZodObject;
  readonly output?: z.ZodType;
  readonly summary: string;
  /** Unique name in the API document; absent: made of method and path. */
  readonly operationId?: string;
  /** Of a good answer, for the API document; absent: 200. */
  readonly status?: number;
  /** Media type of a good answer that is not JSON, for the API document. */
  readonly outputType?: string;
  /** Headers of a good answer that a caller needs, each with what it says; for the API document. */
  readonly outputHeaders?: Readonly<Record<string, string>>;
  /** Bodies that it answers with other statuses, where they are not the usual errors; for the API document. */
  readonly otherOutputs?: Readonly<Record<number, z.ZodType>>;
  handle(context: CallContext, request: HttpRouteRequest): Promise<HttpRouteResponse>;
}

export interface HttpRouteRequest {
  readonly params: Readonly<Record<string, string>>;
  /** What `queryInput` made of it, or texts. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What `input` made of the body. */
  readonly body: unknown;
  /** It came over TLS, as far as the server may believe it. */
  readonly secure?: boolean;
  /** URL under which the client reached the server, without a path; for links and redirects. */
  readonly origin?: string;
  /** What conditions may ask about the request, for questions besides the route's own. */
  readonly attributes?: AttributeSource;
}

export interface HttpRouteResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A string or bytes go out as they are; anything else as JSON. */
  readonly body?: unknown;
}

/** Contributes REST endpoints. Asked once, after start. */
export interface HttpRoutes {
  routes(): readonly HttpRoute[];
}

export const httpRoutes = definePoint<HttpRoutes>('http.routes/v1alpha', 'many');

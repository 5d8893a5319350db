import type { z } from 'zod';
import type { CallContext } from '../context.js';
import { definePoint } from '../point.js';

/** A route is data. Paths lie under `/_/<plugin name>` unless the host grants the plugin another prefix. */
export interface HttpRoute {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Starts with `/`; `:name` segments become `params`. Relative to the plugin's prefix. */
  readonly path: string;
  /** The action that the authorizer is asked about, or `public`. */
  readonly permission: string;
  /** `none`: a body is refused; `json`: parsed and checked by `input`, at most 1 MiB. */
  readonly body: 'none' | 'json';
  readonly input?: z.ZodType;
  readonly output?: z.ZodType;
  readonly summary: string;
  handle(context: CallContext, request: HttpRouteRequest): Promise<HttpRouteResponse>;
}

export interface HttpRouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What `input` made of the body. */
  readonly body: unknown;
}

export interface HttpRouteResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string or bytes go out as they are; anything else as JSON. */
  readonly body?: unknown;
}

/** Contributes REST endpoints. Asked once, after start. */
export interface HttpRoutes {
  routes(): readonly HttpRoute[];
}

export const httpRoutes = definePoint<HttpRoutes>('http.routes/v1alpha', 'many');

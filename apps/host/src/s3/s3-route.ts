import type { BodyMode, S3Operation } from './s3-call.js';

export type Place = 'service' | 'bucket' | 'object';

/** One S3 operation: how it is recognised, what it needs, who answers it. */
export interface S3Route {
  readonly name: string;
  readonly method: string;
  readonly on: Place;
  /** Query parameters that must be there; `name=value` asks for the value. */
  readonly query: readonly string[];
  /** A header that must be there. */
  readonly header?: string;
  /** Base permission. */
  readonly action: string;
  /** Base permission of requests that name a version. */
  readonly versionAction?: string;
  /**
   * `route`: the door asks for the base permission before the operation runs;
   * `operation`: the operation asks, once it has read what conditions may be about;
   * `form`: the same, and the credential is in the form; `none`: everybody may.
   */
  readonly access: 'route' | 'operation' | 'form' | 'none';
  readonly body: BodyMode;
  readonly run: S3Operation;
  /** What of AWS's operation is different here, for `api/s3-coverage.md`. */
  readonly deviation?: string;
}

type Options = Partial<Pick<S3Route, 'header' | 'versionAction' | 'access' | 'deviation'>>;

/** @param pattern method and place; @param action without `s3:` */
export function route<const Name extends string>(
  name: Name,
  pattern: `${string} ${Place}`,
  query: readonly string[],
  action: string,
  body: BodyMode,
  run: S3Operation,
  { versionAction, access = 'route', ...more }: Options = {},
): S3Route & { readonly name: Name } {
  const [method = '', on] = pattern.split(' ') as [string, Place];
  return { name, method, on, query, action: `s3:${action}`, versionAction: versionAction && `s3:${versionAction}`, access, body, run, ...more };
}

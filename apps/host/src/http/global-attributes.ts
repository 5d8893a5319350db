import type { IncomingHttpHeaders } from 'node:http';
import type { AttributeSource } from '@zas/plugin-api';
import type { Exchange } from './exchange.js';

/** A request, as the condition keys see it that are the same for all doors. */
export interface GlobalRequest {
  readonly headers: IncomingHttpHeaders;
  readonly address: string | undefined;
  readonly secure: boolean;
  readonly region: string;
  readonly now: number;
}

type Read = (request: GlobalRequest) => string | undefined;

/** AWS's global condition keys that a request answers. */
export const GLOBAL_KEYS: Readonly<Record<string, Read>> = {
  'aws:sourceip': ({ address }) => address,
  'aws:securetransport': ({ secure }) => String(secure),
  'aws:currenttime': ({ now }) => new Date(now).toISOString(),
  'aws:epochtime': ({ now }) => String(Math.floor(now / 1000)),
  'aws:useragent': ({ headers }) => headers['user-agent'],
  'aws:referer': ({ headers }) => headers.referer,
  'aws:requestedregion': ({ region }) => region,
};

/** What conditions may ask about a request of which no door knows more. */
export function globalAttributes({ request, context, secure }: Exchange, { region, now }: Pick<GlobalRequest, 'region' | 'now'>): AttributeSource {
  const seen: GlobalRequest = { headers: request.headers, address: context.address, secure, region, now };
  return (key) => (Object.hasOwn(GLOBAL_KEYS, key) ? GLOBAL_KEYS[key]!(seen) : undefined);
}

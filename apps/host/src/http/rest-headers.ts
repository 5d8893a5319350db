import type { Answer } from './answer.js';

const YEAR_SECONDS = 31_536_000;

/** Of every answer of the REST API; a route may say otherwise, as one that answers a page does. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;
const OVER_TLS = { 'strict-transport-security': `max-age=${YEAR_SECONDS}` } as const;
const NOT_PUBLIC = { 'cache-control': 'no-store' } as const;

/** The answer with what keeps browsers from misusing it, below what it says itself. */
export function withRestHeaders(answer: Answer, { secure, isPublic }: { readonly secure: boolean; readonly isPublic: boolean }): Answer {
  return { ...answer, headers: { ...ALWAYS, ...(secure ? OVER_TLS : {}), ...(isPublic ? {} : NOT_PUBLIC), ...answer.headers } };
}

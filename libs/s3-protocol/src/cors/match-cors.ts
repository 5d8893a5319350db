import type { CorsRule } from '@zas/plugin-api';

/** What rules are held against. */
export interface CorsRequest {
  readonly origin: string;
  /** Of the request, or the one that a preflight asks for. */
  readonly method: string;
  /** Of `Access-Control-Request-Headers`. */
  readonly requestHeaders?: readonly string[];
}

/**
 * The first rule that allows the request (S3 User Guide, "How does Amazon S3
 * evaluate the CORS configuration on a bucket?").
 */
export function matchCors(rules: readonly CorsRule[], request: CorsRequest): CorsRule | undefined {
  return rules.find((rule) => allows(rule, request));
}

function allows(rule: CorsRule, { origin, method, requestHeaders = [] }: CorsRequest): boolean {
  if (!rule.allowedMethods.some((allowed) => allowed === method)) return false;
  if (findOrigin(rule, origin) === undefined) return false;
  return requestHeaders.every((header) => {
    const name = header.toLowerCase();
    return rule.allowedHeaders.some((pattern) => matches(pattern.toLowerCase(), name));
  });
}

function findOrigin(rule: CorsRule, origin: string): string | undefined {
  return rule.allowedOrigins.find((pattern) => matches(pattern, origin));
}

/** @param pattern with at most one `*`, for any text */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  return (
    text.length >= pattern.length - 1 && text.startsWith(pattern.slice(0, star)) && text.endsWith(pattern.slice(star + 1))
  );
}

/**
 * The headers of the answer to a request that `rule` allows, preflight or not: AWS
 * sends the same. An origin that is allowed by `*` itself is answered so, and then
 * without credentials; any other is repeated.
 * @param request.requestHeaders as they were asked for; only then are they answered
 */
export function corsAnswerHeaders(
  rule: CorsRule,
  request: { readonly origin: string; readonly requestHeaders?: readonly string[] },
): Record<string, string> {
  const { origin, requestHeaders = [] } = request;
  const anybody = findOrigin(rule, origin) === '*';
  const answer: Record<string, string> = {
    'access-control-allow-origin': anybody ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
  };
  if (requestHeaders.length > 0) {
    answer['access-control-allow-headers'] = requestHeaders.map((header) => header.toLowerCase()).join(', ');
  }
  if (rule.exposeHeaders.length > 0) answer['access-control-expose-headers'] = rule.exposeHeaders.join(', ');
  if (rule.maxAgeSeconds !== undefined) answer['access-control-max-age'] = String(rule.maxAgeSeconds);
  if (!anybody) answer['access-control-allow-credentials'] = 'true';
  answer['vary'] = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';
  return answer;
}

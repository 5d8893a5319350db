import type { OciErrorCode } from '@zas/oci-protocol';
import { OCI_ERRORS } from '@zas/oci-protocol';
import type { OciRoute } from '../../oci/oci-route.js';
import { OCI_ROUTES } from '../../oci/oci.routes.js';
import type { Catalog } from '../components.js';
import { headerComponents } from '../components.js';
import type { ParameterDocument } from '../operation-document.js';
import { component, renderAnswers, renderHeaders, renderRequest } from '../render-operation.js';
import type { OciDocument, OciFailure } from './oci-document.js';
import { OCI_DOCUMENTS } from './oci-documents.js';
import { OCI_ANSWER_HEADERS, OCI_PARAMETERS } from './oci-parameters.js';
import { OCI_SCHEMAS } from './oci-schemas.js';
import { TOKEN_DOCUMENTS } from './token-documents.js';

type Json = Readonly<Record<string, unknown>>;

const VERSION = ['docker-distribution-api-version'];
const ERRORS = { content: { 'application/json': { schema: { $ref: '#/components/schemas/OciErrors' } } } };
const failing = (codes: readonly OciErrorCode[], headers: readonly string[], hasBody: boolean): Json => ({
  description: codes.map((code) => `\`${code}\``).join(', '),
  ...(headers.length === 0 ? {} : { headers: renderHeaders(headers, 'oci') }),
  'x-error-codes': codes,
  ...(hasBody ? ERRORS : {}),
});

/** Parameters of one name that mean different things stand in the catalog under longer keys. */
const wireName = (key: string): string => key.replace(/\.(query|mount|whole|closing)$/, '');

export const OCI_CATALOG: Catalog = {
  schemas: OCI_SCHEMAS,
  parameters: Object.fromEntries(Object.entries<ParameterDocument>(OCI_PARAMETERS).map(([key, parameter]) => [`oci.${key}`, { name: wireName(key), ...parameter }])),
  headers: headerComponents('oci', OCI_ANSWER_HEADERS),
  responses: Object.fromEntries(
    ['', '-head'].flatMap((head) => [
      [`oci.too-many${head}`, failing(['TOOMANYREQUESTS'], ['retry-after?'], head === '')],
      [`oci.failed${head}`, failing(['UNKNOWN'], [], head === '')],
      [`oci.unavailable${head}`, failing(['UNAVAILABLE'], ['retry-after?'], head === '')],
    ]),
  ),
};

/** Every endpoint of the registry and of its tokens, as `[path, method, operation]`. `HEAD` is told of where it is a route of its own. */
export function ociPaths(): readonly (readonly [path: string, method: string, operation: Json])[] {
  const registry = OCI_ROUTES.map((route) => {
    const document = OCI_DOCUMENTS[route.name];
    const { name, methods, action }: OciRoute = route;
    const method = methods[0]!.toLowerCase();
    return [document.path, method, operationOf(name.slice('oci:'.length), document, { method, permission: action ?? document.permission!, always: VERSION })] as const;
  });
  const tokens = Object.entries(TOKEN_DOCUMENTS).map(([method, document]) => [document.path, method, tokenOperation(method, document)] as const);
  return [...registry, ...tokens];
}

interface Place {
  readonly method: string;
  readonly permission: string;
  readonly always: readonly string[];
}

function operationOf(operationId: string, document: OciDocument, { method, permission, always }: Place): Json {
  const hasBody = method !== 'head';
  const { summary, description, parameters = [], errors = [] } = document;
  const denied: readonly OciFailure[] = permission === 'public' ? ['UNAUTHORIZED'] : ['UNAUTHORIZED', 'DENIED'];
  return {
    operationId,
    tags: ['OCI'],
    summary,
    ...(description === undefined ? {} : { description }),
    'x-permission': permission,
    security: permission === 'signed-in' || operationId === 'ListRepositories' ? [{ basic: [] }, { bearer: [] }] : [{ basic: [] }, { bearer: [] }, {}],
    ...(parameters.length === 0 ? {} : { parameters: parameters.map((key) => component('parameters', `oci.${key}`)) }),
    ...renderRequest(document),
    responses: { ...renderAnswers(document, 'oci', always), ...renderFailures([...errors, ...denied], always, hasBody) },
  };
}

/** A form has its credential inside. */
function tokenOperation(method: string, document: OciDocument & { readonly operationId: string }): Json {
  const operation = operationOf(document.operationId, document, { method, permission: document.permission!, always: [] });
  return method === 'post' ? { ...operation, security: [] } : operation;
}

function renderFailures(errors: readonly OciFailure[], always: readonly string[], hasBody: boolean): Json {
  const byStatus = new Map<number, Set<OciErrorCode>>();
  for (const failure of errors) {
    const [code, status] = failure.split(' ') as [OciErrorCode, string | undefined];
    const key = status === undefined ? OCI_ERRORS[code].status : Number(status);
    byStatus.set(key, (byStatus.get(key) ?? new Set()).add(code));
  }
  const own = [...byStatus].map(([status, codes]) => {
    const more = status === 401 ? ['www-authenticate'] : status === 416 ? ['range?', 'content-range?'] : status === 405 ? ['allow?'] : [];
    return [status, failing([...codes].sort(), [...more, ...always], hasBody)] as const;
  });
  const shared = (name: string) => component('responses', `oci.${name}${hasBody ? '' : '-head'}`);
  return { ...Object.fromEntries(own), 429: shared('too-many'), 500: shared('failed'), 503: shared('unavailable') };
}

import type { S3Route } from '../../s3/s3-route.js';
import { S3_ROUTES } from '../../s3/s3.routes.js';
import type { Catalog } from '../components.js';
import { headerComponents, prefixed } from '../components.js';
import type { Schema } from '../json-schema.js';
import { component, renderAnswers, renderRequest } from '../render-operation.js';
import { ALWAYS, S3_ANSWER_HEADERS } from './answer-headers.js';
import { ROUTE_HEADERS } from './header-parameters.js';
import { S3_PARAMETERS } from './parameters.js';
import { ROUTE_PARAMETERS } from './query-parameters.js';
import { S3_DOCUMENTS } from './s3-documents.js';
import { S3_RESPONSES, renderFailures } from './s3-failures.js';
import { S3_SCHEMAS } from './schemas/s3-schemas.js';

type Json = Readonly<Record<string, unknown>>;

export const S3_CATALOG: Catalog = {
  schemas: S3_SCHEMAS,
  parameters: prefixed('s3', S3_PARAMETERS),
  headers: headerComponents('s3', S3_ANSWER_HEADERS),
  responses: S3_RESPONSES,
};

const PATHS = { service: '/', bucket: '/{bucket}', object: '/{bucket}/{key}' } as const;

/** What no policy can allow to who does not sign. */
const NEVER_ANONYMOUS: ReadonlySet<string> = new Set(['ListBuckets', 'CreateBucket', 'CreateMultipartUpload']);

/** Every operation of the routing table, as `[path, method, operation]`. */
export function s3Paths(): readonly (readonly [path: string, method: string, operation: Json])[] {
  return S3_ROUTES.map((route) => [pathOf(route), route.method.toLowerCase(), operationOf(route)] as const);
}

/**
 * Operations that share path and method are told apart by query or header, which paths
 * of OpenAPI cannot hold: they stand behind a fragment that nobody sends.
 */
export function pathOf({ on, query, header }: S3Route): string {
  const told = [...query, ...(header === undefined ? [] : [header])];
  return `${PATHS[on]}${told.length === 0 ? '' : `#${told.join('&')}`}`;
}

function operationOf(route: (typeof S3_ROUTES)[number]): Json {
  const document = S3_DOCUMENTS[route.name];
  const plain: S3Route = route;
  const { name, method, on, access, action, versionAction } = plain;
  return {
    // One route of each place answers preflights.
    operationId: access === 'none' ? `${name}${on === 'bucket' ? 'Bucket' : 'Object'}` : name,
    tags: ['S3'],
    summary: document.summary,
    ...(document.description === undefined ? {} : { description: document.description }),
    'x-permission': access === 'none' ? 'public' : action,
    ...(versionAction === undefined ? {} : { 'x-permission-of-version': versionAction }),
    security: access === 'none' || access === 'form' ? [] : [{ sigV4: [] }, { sigV4Query: [] }, ...(NEVER_ANONYMOUS.has(name) ? [] : [{}])],
    ...parametersOf(plain, document.parameters ?? []),
    ...(method === 'HEAD' ? {} : renderRequest(document)),
    responses: { ...renderAnswers(document, 's3', ALWAYS), ...renderFailures(plain, document) },
  };
}

function parametersOf({ on, query, header, access, name }: S3Route, own: readonly string[]): Json {
  const path = on === 'service' ? [] : on === 'bucket' ? ['bucket'] : ['bucket', 'key'];
  const owner = on !== 'service' && access !== 'none' && name !== 'CreateBucket' ? ['x-amz-expected-bucket-owner', 'x-amz-request-payer'] : [];
  const parameters = [
    ...path.map((parameter) => component('parameters', `s3.${parameter}`)),
    ...query.map(routeParameter),
    ...(header === undefined ? [] : [{ name: header, in: 'header', required: true, ...ROUTE_HEADERS[header] }]),
    ...[...own, ...owner].map((parameter) => component('parameters', `s3.${parameter}`)),
  ];
  return parameters.length === 0 ? {} : { parameters };
}

/** Of the query that the route is recognised by. */
function routeParameter(wanted: string): Json {
  const [name = '', value] = wanted.split('=');
  const known = ROUTE_PARAMETERS[name];
  if (known) return { name, in: 'query', required: true, ...known };
  const schema: Schema = { type: 'string', enum: [value ?? ''] };
  return { name, in: 'query', required: true, description: value === undefined ? 'Names the sub-resource; its value is not read' : 'Names the operation', schema };
}

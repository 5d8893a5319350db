import type { StsActionName } from '../../sts/sts-door.js';
import { STS_ACTIONS, UNSIGNED_ACTIONS } from '../../sts/sts-door.js';
import { STS_NAMESPACE } from '../../sts/sts-answers.js';
import type { Catalog } from '../components.js';
import { headerComponents } from '../components.js';
import { COUNT, TEXT, oneOf, record } from '../json-schema.js';
import { component, renderHeaders } from '../render-operation.js';
import type { StsDocument } from './sts-documents.js';
import { STS_DOCUMENTS, STS_SCHEMAS } from './sts-documents.js';

type Json = Readonly<Record<string, unknown>>;

const VERSION = '2011-06-15';
const OF_ALL: Readonly<Record<number, readonly string[]>> = { 400: ['InvalidAction', 'NoSuchVersion', 'Throttling', 'ValidationError'], 413: ['ValidationError'] };
const OF_SIGNATURE: Readonly<Record<number, readonly string[]>> = {
  400: ['IncompleteSignature'],
  403: ['AccessDenied', 'ExpiredToken', 'InvalidClientTokenId', 'MissingAuthenticationToken', 'SignatureDoesNotMatch'],
};
const REFUSED: Readonly<Record<number, readonly string[]>> = { 403: ['AccessDenied'] };
const ERROR = { 'text/xml': { schema: { $ref: '#/components/schemas/StsError' } } };
const failing = (codes: readonly string[]): Json => ({
  description: codes.map((code) => `\`${code}\``).join(', '),
  headers: renderHeaders(['cache-control', ...(codes.includes('Throttling') ? ['retry-after?'] : [])], 'sts'),
  'x-error-codes': codes,
  content: ERROR,
});

export const STS_CATALOG: Catalog = {
  schemas: {
    ...STS_SCHEMAS,
    ...Object.fromEntries(
      Object.entries<StsDocument>(STS_DOCUMENTS).map(([name, { result }]) => [
        `${name}Response`,
        record(
          { [`${name}Result`]: record(result), ResponseMetadata: record({ RequestId: TEXT }) },
          { xml: { name: `${name}Response`, namespace: STS_NAMESPACE } },
        ),
      ]),
    ),
  },
  parameters: {},
  headers: headerComponents('sts', {
    'cache-control': { schema: oneOf('no-store'), description: 'Nothing of it is to be kept' },
    'retry-after': { schema: COUNT, description: 'Seconds to wait' },
  }),
  responses: { 'sts.failed': failing(['InternalFailure']), 'sts.unavailable': failing(['ServiceUnavailable']) },
};

/** Every action, as `[path, method, operation]`; they share `POST /`, so each stands behind a fragment. */
export function stsPaths(): readonly (readonly [path: string, method: string, operation: Json])[] {
  return (Object.keys(STS_ACTIONS) as StsActionName[]).map((name) => [`/#Action=${name}`, 'post', operationOf(name, STS_DOCUMENTS[name])] as const);
}

function operationOf(name: StsActionName, document: StsDocument): Json {
  const { summary, description, fields, example, resultExample, errors = {} } = document;
  const signed = !UNSIGNED_ACTIONS.has(name);
  const form = record({ Action: oneOf(name), 'Version?': oneOf(VERSION), ...fields });
  return {
    operationId: name,
    tags: ['STS'],
    summary,
    ...(description === undefined ? {} : { description }),
    'x-permission': signed ? 'signed-in' : 'public',
    security: signed ? [{ sigV4: [] }] : [],
    requestBody: {
      required: true,
      content: { 'application/x-www-form-urlencoded': { schema: form, example: { Action: name, Version: VERSION, ...example } } },
    },
    responses: {
      200: {
        description: 'Done',
        headers: renderHeaders(['cache-control'], 'sts'),
        content: {
          'text/xml': {
            schema: { $ref: `#/components/schemas/${name}Response` },
            example: { [`${name}Result`]: resultExample, ResponseMetadata: { RequestId: '0123456789abcdef' } },
          },
        },
      },
      ...renderFailures([OF_ALL, signed ? OF_SIGNATURE : REFUSED, errors]),
      500: component('responses', 'sts.failed'),
      503: component('responses', 'sts.unavailable'),
    },
  };
}

function renderFailures(tables: readonly Readonly<Record<number, readonly string[]>>[]): Json {
  const statuses = [...new Set(tables.flatMap((table) => Object.keys(table).map(Number)))];
  return Object.fromEntries(statuses.map((status) => [status, failing([...new Set(tables.flatMap((table) => table[status] ?? []))].sort())]));
}

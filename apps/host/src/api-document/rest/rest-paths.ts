import type { HttpRoute } from '@zas/plugin-api';
import { ERROR_CODES } from '@zas/plugin-api';
import { z } from 'zod';
import type { Catalog } from '../components.js';
import { headerComponents } from '../components.js';
import { COUNT, TEXT, oneOf, record } from '../json-schema.js';
import type { MountedRoute } from '../mounted-route.js';
import { component, renderHeaders } from '../render-operation.js';
import { tagOf } from '../tags.js';
import { inlineReferences } from './inline-references.js';

type Json = Readonly<Record<string, unknown>>;

const ERROR = { $ref: '#/components/schemas/Error' };
const refused = (description: string, headers: readonly string[] = []): Json => ({
  description,
  headers: renderHeaders(['x-request-id', ...headers], 'rest'),
  content: { 'application/json': { schema: ERROR } },
});

export const REST_CATALOG: Catalog = {
  schemas: {
    Error: record({
      error: record({
        code: oneOf(...ERROR_CODES),
        'reason?': { ...TEXT, description: 'What narrows the code' },
        message: TEXT,
        requestId: { ...TEXT, description: 'Which the log names' },
      }),
    }),
  },
  parameters: {},
  headers: headerComponents('rest', {
    'x-request-id': { schema: TEXT, description: 'Id of the request, which the log names' },
    'www-authenticate': { schema: TEXT, description: 'How to say who one is' },
    'retry-after': { schema: COUNT, description: 'Seconds to wait' },
    allow: { schema: TEXT, description: 'Methods that there are' },
  }),
  responses: {
    'rest.malformed': refused('The request is not as it has to be'),
    'rest.unauthenticated': refused('A credential is missing, or not good', ['www-authenticate']),
    'rest.denied': refused('The caller may not'),
    'rest.too-large': refused('The body is too large'),
    'rest.refused': refused('Refused; `code` says why', ['retry-after?', 'www-authenticate?', 'allow?']),
    'rest.failed': refused('Failed; `code` says why', ['retry-after?']),
  },
};

/** Every mounted route, as `[path, method, operation]`, by path. */
export function restPaths(routes: readonly MountedRoute[]): readonly (readonly [path: string, method: string, operation: Json])[] {
  return [...routes]
    .map((mounted) => [pathOf(mounted.route), mounted.route.method.toLowerCase(), operationOf(mounted)] as const)
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

function operationOf({ owner, route }: MountedRoute): Json {
  const { path, permission, summary, input, queryInput } = route;
  const parameters = [...pathParameters(route), ...queryParameters(route)];
  const isPublic = permission === 'public';
  return {
    operationId: route.operationId ?? operationIdOf(route),
    tags: [tagOf(path, owner)],
    summary,
    'x-permission': permission,
    security: isPublic ? [] : [{ basic: [] }, { bearer: [] }, route.method === 'GET' ? { session: [] } : { session: [], csrf: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(input === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(input, 'input') } } } }),
    responses: {
      ...answersOf(route),
      ...(input ?? queryInput ? { 400: component('responses', 'rest.malformed') } : {}),
      ...(isPublic ? {} : { 401: component('responses', 'rest.unauthenticated'), ...(permission === 'signed-in' ? {} : { 403: component('responses', 'rest.denied') }) }),
      ...(input ? { 413: component('responses', 'rest.too-large') } : {}),
      ...othersOf(route),
      '4XX': component('responses', 'rest.refused'),
      '5XX': component('responses', 'rest.failed'),
    },
  };
}

function answersOf({ output, outputType = 'application/json', outputHeaders = {}, status = 200 }: HttpRoute): Json {
  const headers = Object.entries(outputHeaders).map(([name, description]) => [name, { description, schema: TEXT }]);
  const schema = output ? schemaOf(output, 'output') : outputType === 'application/json' ? undefined : TEXT;
  return {
    [status]: {
      description: 'Done',
      ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) as Json }),
      ...(schema === undefined ? {} : { content: { [outputType]: { schema } } }),
    },
  };
}

function othersOf({ otherOutputs = {} }: HttpRoute): Json {
  return Object.fromEntries(
    Object.entries(otherOutputs).map(([status, schema]) => [status, { description: 'Refused', headers: renderHeaders(['x-request-id?'], 'rest'), content: { 'application/json': { schema: { anyOf: [ERROR, schemaOf(schema, 'output')] } } } }]),
  );
}

function pathParameters({ path }: HttpRoute): readonly Json[] {
  return [...path.matchAll(/:([A-Za-z]\w*)/g)].map(([, name]) => ({ name, in: 'path', required: true, description: `One of ${path.slice(0, path.indexOf(`/:${name}`)).replace(/:(\w+)/g, '{$1}')}`, schema: TEXT }));
}

function queryParameters({ queryInput }: HttpRoute): readonly Json[] {
  if (queryInput === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(queryInput, 'input') as { properties?: Record<string, Json>; required?: readonly string[] };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  // Which dialect it is, the document says for all.
  return Object.fromEntries(Object.entries(inlineReferences(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))).filter(([key]) => key !== '$schema'));
}

function pathOf({ path }: HttpRoute): string {
  return path.replace(/:([A-Za-z]\w*)/g, '{$1}');
}

function operationIdOf({ method, path }: HttpRoute): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

import type { HttpRoute } from '@zas/plugin-api';
import { ERROR_CODES } from '@zas/plugin-api';
import { z } from 'zod';
import type { MountedRoute } from './mounted-route.js';

type Json = Readonly<Record<string, unknown>>;

const ERROR = { $ref: '#/components/schemas/Error' };

/**
 * The OpenAPI 3.1 document of REST routes, from what they declare.
 * @param version of the server
 */
export function apiDocument(routes: readonly MountedRoute[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const mounted of [...routes].sort((a, b) => compare(pathOf(a.route), pathOf(b.route)))) {
    const path = (paths[pathOf(mounted.route)] ??= {});
    path[mounted.route.method.toLowerCase()] = operationOf(mounted);
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Zot Artifact Store', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ basic: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: 'Access key id and secret, a name and an API key, or a name and a password' },
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of a configured issuer, or an API key' },
      },
      schemas: { Error: errorSchema },
    },
  };
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  additionalProperties: false,
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'requestId'],
      additionalProperties: false,
      properties: {
        code: { enum: [...ERROR_CODES] },
        reason: { type: 'string', description: 'What narrows the code' },
        message: { type: 'string' },
        requestId: { type: 'string' },
      },
    },
  },
};

function operationOf({ owner, route }: MountedRoute): Json {
  const { permission, summary, input, output, status = 200, otherOutputs = {} } = route;
  const others = Object.entries(otherOutputs).map(([other, schema]) => [other, { description: 'Refused', content: { 'application/json': { schema: { anyOf: [ERROR, schemaOf(schema, 'output')] } } } }]);
  const parameters = [...pathParameters(route), ...queryParameters(route)];
  return {
    operationId: route.operationId ?? operationIdOf(route),
    tags: [owner],
    summary,
    'x-permission': permission,
    ...(permission === 'public' ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(input === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(input, 'input') } } } }),
    responses: {
      [status]: output === undefined ? { description: 'Done' } : { description: 'Done', content: { 'application/json': { schema: schemaOf(output, 'output') } } },
      ...Object.fromEntries(others),
      default: { description: 'Refused or failed', content: { 'application/json': { schema: ERROR } } },
    },
  };
}

function pathParameters({ path }: HttpRoute): readonly Json[] {
  return [...path.matchAll(/:([A-Za-z]\w*)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
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
  return Object.fromEntries(Object.entries(z.toJSONSchema(schema, { io, unrepresentable: 'any' })).filter(([key]) => key !== '$schema'));
}

function pathOf({ path }: HttpRoute): string {
  return path.replace(/:([A-Za-z]\w*)/g, '{$1}');
}

function operationIdOf({ method, path }: HttpRoute): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

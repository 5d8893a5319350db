import { describe, expect, it } from '@jest/globals';
import type { HttpRoute } from '@zas/plugin-api';
import { z } from 'zod';
import { OCI_ROUTES } from '../oci/oci.routes.js';
import { S3_ROUTES } from '../s3/s3.routes.js';
import { STS_ACTIONS } from '../sts/sts-door.js';
import { apiDocument } from './api-document.js';
import { renderPage } from '../docs/render-page.js';
import { usedComponents } from './components.js';

interface Told {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly tags: readonly string[]; readonly responses: object; readonly security: readonly object[] }>>>>;
}

const route = (more: Partial<HttpRoute> = {}): HttpRoute => ({
  method: 'GET',
  path: '/_/greeter/hello/:name',
  permission: 'greeter:Hello',
  body: 'none',
  summary: 'Greets',
  handle: async () => ({ status: 200 }),
  ...more,
});
const told = (routes: readonly HttpRoute[], sts = true) => apiDocument({ routes: routes.map((one) => ({ owner: 'greeter', route: one })), version: '1.2.3', sts }) as unknown as Told;
const operations = ({ paths }: Told) => Object.values(paths).flatMap((methods) => Object.values(methods));
const withTag = (document: Told, tag: string) => operations(document).filter(({ tags }) => tags.includes(tag)).map(({ operationId }) => operationId);

describe('the API document', () => {
  it('names every route of the tables', () => {
    const document = told([]);
    expect(withTag(document, 'S3').sort()).toEqual(S3_ROUTES.map(({ name, on }) => (name === 'Preflight' ? `${name}${on === 'bucket' ? 'Bucket' : 'Object'}` : name)).sort());
    expect(withTag(document, 'OCI').sort()).toEqual([...OCI_ROUTES.map(({ name }) => name.slice('oci:'.length)), 'GetToken', 'PostToken'].sort());
    expect(withTag(document, 'STS').sort()).toEqual(Object.keys(STS_ACTIONS).sort());
  });

  it('has no temporary credentials where no plugin makes them', () => {
    expect(withTag(told([], false), 'STS')).toEqual([]);
  });

  it('shows routes of a plugin under its name, as they describe themselves', () => {
    const document = told([route({ outputType: 'text/plain', outputHeaders: { 'x-mood': 'How it is meant' }, queryInput: z.object({ loud: z.string().optional().describe('In capitals') }) })]);
    expect(document.tags.at(-1)).toEqual({ name: 'greeter', description: 'Routes of the plugin greeter.' });
    expect(document.paths['/_/greeter/hello/{name}']!['get']).toMatchObject({
      operationId: 'getGreeterHelloName',
      'x-permission': 'greeter:Hello',
      security: [{ basic: [] }, { bearer: [] }, { session: [] }],
      parameters: [
        { name: 'name', in: 'path', required: true },
        { name: 'loud', in: 'query', required: false, description: 'In capitals' },
      ],
      responses: {
        200: { headers: { 'x-mood': { description: 'How it is meant' } }, content: { 'text/plain': { schema: { type: 'string' } } } },
        400: { $ref: '#/components/responses/rest.malformed' },
      },
    });
  });

  it('holds schemas that refer to parts of themselves, and shows them', () => {
    const mood = z.enum(['glad', 'sad']).meta({ id: 'Mood' });
    const folder = z.object({ mood, get folders(): z.ZodArray { return z.array(folder); } });
    const greeting = z.object({ mood: mood.describe('Ours'), yours: mood, folder }).meta({ id: 'Greeting' });
    const document = told([route({ method: 'POST', body: 'json', input: folder, output: greeting })]);
    const { requestBody, responses } = document.paths['/_/greeter/hello/{name}']!['post'] as unknown as Record<'requestBody' | 'responses', unknown>;
    const [inner, words] = [{ type: 'array', items: {} }, { type: 'string', enum: ['glad', 'sad'] }];
    expect(requestBody).toMatchObject({ content: { 'application/json': { schema: { type: 'object', properties: { mood: words, folders: inner } } } } });
    expect(responses).toMatchObject({ 200: { content: { 'application/json': { schema: { properties: { mood: { ...words, description: 'Ours' }, yours: words, folder: { properties: { mood: words, folders: inner } } } } } } } });
    expect(JSON.stringify(document)).not.toMatch(/"\$ref":"#(?!\/components\/)|\$defs/);
    expect(renderPage(document as never)).toContain('list of anything');
  });

  it('asks for the token against forged requests only where something changes', () => {
    const change = told([route({ method: 'PUT' })]);
    expect(operations(change).at(-1)!.security.at(-1)).toEqual({ session: [], csrf: [] });
  });

  it('refuses two operations in one place, and references to nothing', () => {
    expect(() => told([route(), route()])).toThrow('Two operations are get /_/greeter/hello/{name}');
    const nothing = { schemas: {}, parameters: {}, headers: {}, responses: {} };
    expect(() => usedComponents({ $ref: '#/components/schemas/Nothing' }, nothing)).toThrow('The API document has no schemas/Nothing');
  });
});

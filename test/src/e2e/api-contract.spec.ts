import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiDocument } from '../harness/api-document.js';
import { CONTRACT_CASES, type ContractCase } from '../harness/api-contract-cases.js';
import { IdentityProvider } from '../harness/identity-provider.js';
import { RestClient } from '../harness/rest-client.js';
import { ServerProcess } from '../harness/server-process.js';

const api = new ApiDocument();
const JSON_OPERATIONS = api.operations.filter(({ requestBody }) => requestBody !== undefined);
const GUARDED = api.operations.filter((operation) => operation['x-permission'] !== 'public');

let server: ServerProcess;
let root: RestClient;
let provider: IdentityProvider;

beforeAll(async () => {
  provider = await IdentityProvider.start();
  // Every operation is called with a wrong password; that is not to be taken for an attack.
  const access = { issuers: [provider.issuer], throttle: { enabled: false } };
  server = await ServerProcess.start({ config: { log: { level: 'error' }, plugins: [{ use: 'access-rbac', config: access }] } });
  root = new RestClient(server.url, undefined, '');
});

afterAll(async () => {
  await server.remove();
  await provider.stop();
});

/** Sends and looks at the answer as the document says. */
async function call(client: RestClient, id: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const { method } = api.operation(id);
  const answer = await client.send(method, path, body, headers);
  expect({ id, path, problems: api.problems(id, answer.status, answer.headers['content-type'] as string | undefined, answer.text) }).toEqual({ id, path, problems: [] });
  return answer;
}

const filled = (path: string) => path.replace(/\{\w+\}/g, 'x');

it('has a case for every operation of the document', () => {
  expect(Object.keys(CONTRACT_CASES).sort()).toEqual(api.operations.map(({ operationId }) => operationId).sort());
});

it('documents every operation once', () => {
  const ids = api.operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(Object.entries(CONTRACT_CASES))('%s', (id, { prepare, right, wrong }: ContractCase) => {
  it('answers right input as documented', async () => {
    const prepared = (await prepare?.(root, provider)) ?? {};
    const { path, body, headers, status = Number(Object.keys(api.operation(id).responses)[0]) } = right(prepared);
    expect((await call(root, id, path, body, headers)).status).toBe(status);
  });

  for (const { what, path, body, status } of wrong ?? []) {
    it(`answers wrong input as documented: ${what}`, async () => {
      expect((await call(root, id, path, body)).status).toBe(status);
    });
  }
});

describe('every operation with a body', () => {
  it.each(JSON_OPERATIONS.map(({ operationId, path }) => [operationId, path] as const))('%s refuses what is no JSON, no object or has unknown fields', async (id, path) => {
    for (const body of ['{', '[]', '"text"', '{"unheard-of":1}']) expect((await call(root, id, filled(path), body)).status).toBe(400);
    expect((await call(root, id, filled(path), JSON.stringify({ id: 'x'.repeat(1024 * 1024) }))).status).toBe(413);
  });
});

describe('every operation that is not public', () => {
  it.each(GUARDED.map(({ operationId, path }) => [operationId, path] as const))('%s wants a credential', async (id, path) => {
    const body = api.operation(id).requestBody === undefined ? undefined : {};
    const anonymous = await call(root.as(null), id, filled(path), body);
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers['www-authenticate']).toBeDefined();
    expect((await call(root.as('Basic bm9ib2R5Ondyb25n'), id, filled(path), body)).status).toBe(401);
  });
});

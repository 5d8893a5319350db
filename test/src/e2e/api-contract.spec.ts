import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContractCase, ContractRequest, ContractWorld, Prepared } from '../harness/contract/contract-case.js';
import { CONTRACT_CASES } from '../harness/contract/contract-cases.js';
import { answerProblems, codeOf, parametersOf, requestProblems } from '../harness/contract/contract-checks.js';
import { sendTo } from '../harness/contract/contract-client.js';
import { ContractDocument, type Operation } from '../harness/contract/contract-document.js';
import { IdentityProvider } from '../harness/identity-provider.js';
import { OciClient } from '../harness/oci-client.js';
import { RestClient } from '../harness/rest-client.js';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient, type Keys } from '../harness/signed-client.js';

const document = new ContractDocument();
const byDoor = (...tags: readonly string[]) => document.operations.filter(({ tag }) => tags.includes(tag));
const named = (operations: readonly Operation[]) => operations.map((operation) => [operation.operationId, operation] as const);
const DOORS = ['S3', 'STS', 'OCI'];
const REST = document.operations.filter(({ tag }) => !DOORS.includes(tag));
const UNKNOWN: Keys = { accessKeyId: 'nobody', secretAccessKey: 'wrong' };

/** What was sent, of all that the document tells. */
const sent = new Set<string>();

let server: ServerProcess;
let world: ContractWorld;

beforeAll(async () => {
  const provider = await IdentityProvider.start();
  // Every operation is called with a wrong password; that is not to be taken for an attack.
  const access = { issuers: [provider.issuer], throttle: { enabled: false } };
  server = await ServerProcess.start({ config: { log: { level: 'error' }, plugins: [{ use: 'access-rbac', config: access }] } });
  const root = new RestClient(server.url, undefined, '');
  world = { account: (await root.must('GET', '/rbac/accounts')).accounts[0].id, root, s3: new SignedClient(server.url), oci: new OciClient(server.url), provider };
});

afterAll(async () => {
  await server.remove();
  world.s3.close();
  world.oci.close();
  await world.provider.stop();
});

/** Sends and looks at the answer as the document says. */
async function call(operation: Operation, request: ContractRequest, keys?: Keys | null) {
  const answer = await sendTo(world, operation, request, keys);
  const { operationId } = operation;
  const { path } = request;
  expect({ operationId, path, problems: answerProblems(document, operation, answer) }).toEqual({ operationId, path, problems: [] });
  return answer;
}

/** Of a case; the account that all are about is named where it can be. */
function rightOf({ parameters, tag }: Operation, { right }: ContractCase, prepared: Prepared): readonly ContractRequest[] {
  const requests = [right(prepared)].flat();
  if (tag === 'OCI' || !parameters.some(({ in: place, name }) => place === 'query' && name === 'account')) return requests;
  return requests.map((request) => ({ ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}account=${world.account}` }));
}

it('has a case for every operation of the document', () => {
  expect(Object.keys(CONTRACT_CASES).sort()).toEqual(document.operations.map(({ operationId }) => operationId).sort());
});

it('has examples that are as their schemas say', () => {
  for (const { operationId, request, responses } of document.operations) {
    const contents = [request?.content ?? {}, ...Object.values(responses).map((response) => document.followed(response).content ?? {})];
    for (const { schema, example } of contents.flatMap((content) => Object.values(content))) {
      if (example !== undefined) expect([operationId, document.schemaProblems(schema, example)]).toEqual([operationId, []]);
    }
  }
});

describe.each(Object.entries(CONTRACT_CASES))('%s', (id, one: ContractCase) => {
  it('is answered as documented, rightly and wrongly asked', async () => {
    const operation = document.operation(id);
    const prepared = (await one.prepare?.(world)) ?? {};
    for (const { what, status, code, ...request } of typeof one.wrong === 'function' ? one.wrong(prepared) : (one.wrong ?? [])) {
      const answer = await call(operation, request);
      for (const parameter of parametersOf(operation, request)) sent.add(parameter);
      expect([what, answer.status, code && codeOf(answer.text)]).toEqual([what, status, code]);
    }
    for (const request of rightOf(operation, one, prepared)) {
      expect([request.path, requestProblems(document, operation, request)]).toEqual([request.path, []]);
      for (const parameter of parametersOf(operation, request)) sent.add(parameter);
      const { status = Number(Object.keys(operation.responses)[0]) } = request;
      expect([request.path, (await call(operation, request)).status]).toEqual([request.path, status]);
    }
  });
});

describe('S3', () => {
  const signed = byDoor('S3').filter(({ isOpen }) => !isOpen);
  const filled = ({ path, parameters }: Operation, bucket: string, key = 'a/key') => {
    const told = parameters.filter((parameter) => parameter.in === 'query' && parameter.required).map(({ name, schema }) => `${name}=${(schema as { enum?: string[] }).enum?.[0] ?? '1'}`);
    return `${path.split('#', 1)[0]!.replace('{bucket}', bucket).replace('{key}', key)}${told.length > 0 ? `?${told.join('&')}` : ''}`;
  };
  const headersOf = ({ parameters }: Operation) => Object.fromEntries(parameters.filter((parameter) => parameter.in === 'header' && parameter.required).map(({ name, example }) => [name, String(example ?? '0')]));
  /** A document of an operation that takes one, so that it is not refused for having none. */
  const bodyOf = (operation: Operation) => (operation.request?.required ? '<a/>' : undefined);
  const request = (operation: Operation, bucket: string, key?: string) => ({ path: filled(operation, bucket, key), headers: headersOf(operation), body: bodyOf(operation) });

  it.each(named(signed))('%s wants a credential', async (_id, operation) => {
    const bucket = 'contract-closed';
    await world.s3.put(`/${bucket}`);
    // Some read what conditions may be about before they ask, and say of a wrong document that it is one.
    const refused = operation.request?.required ? [400, 403] : [403];
    expect(refused).toContain((await call(operation, request(operation, bucket), null)).status);
    const unknown = await call(operation, request(operation, bucket), UNKNOWN);
    expect(unknown.status).toBe(403);
    if (operation.method !== 'HEAD') expect(codeOf(unknown.text)).toBe('InvalidAccessKeyId');
    const forged = await call(operation, request(operation, bucket), { ...UNKNOWN, accessKeyId: 'ROOTACCESSKEY' });
    expect(forged.status).toBe(403);
    if (operation.method !== 'HEAD') expect(codeOf(forged.text)).toBe('SignatureDoesNotMatch');
  });

  it.each(named(signed.filter(({ path }) => path.startsWith('/{bucket}'))))('%s refuses names that are none, and other owners', async (id, operation) => {
    expect((await call(operation, request(operation, 'A'))).status).toBe(400);
    if (operation.path.includes('{key}')) expect((await call(operation, request(operation, 'bucket', 'k'.repeat(1025)))).status).toBe(400);
    if (id === 'CreateBucket') return;
    expect((await call(operation, request(operation, 'unheard-of'))).status).toBe(404);
    await world.s3.put('/contract-owned');
    const owned = request(operation, 'contract-owned');
    const asks = (owner: string) => call(operation, { ...owned, headers: { ...owned.headers, 'x-amz-expected-bucket-owner': owner } });
    expect((await asks('000000000000')).status).toBe(403);
    expect((await asks('x')).status).toBe(400);
  });

  it.each(named(signed.filter(({ request: body }) => body?.content['application/xml'])))('%s refuses what is no XML', async (_id, operation) => {
    await world.s3.put('/contract-xml', undefined, { 'x-amz-object-ownership': 'ObjectWriter' });
    await world.s3.put('/contract-xml/a/key', 'hello');
    const bare = request(operation, operation.operationId === 'CreateBucket' ? 'contract-new' : 'contract-xml');
    for (const body of ['<', '<!DOCTYPE a><a/>', 'x'.repeat(3 * 1024 * 1024)]) {
      expect((await call(operation, { ...bare, body, headers: { ...bare.headers, 'content-md5': crypto.hash('md5', body, 'base64') } })).status).toBe(400);
    }
  });
});

describe('STS', () => {
  const signed = byDoor('STS').filter(({ isOpen }) => !isOpen);
  it.each(named(signed))('%s wants a credential', async (id, operation) => {
    const request = { path: '/', body: `Action=${id}&Version=2011-06-15` };
    const codes = [];
    for (const keys of [null, UNKNOWN, { ...UNKNOWN, accessKeyId: 'ROOTACCESSKEY' }]) {
      const answer = await call(operation, request, keys);
      codes.push([answer.status, codeOf(answer.text)]);
    }
    expect(codes).toEqual([[403, 'MissingAuthenticationToken'], [403, 'InvalidClientTokenId'], [403, 'SignatureDoesNotMatch']]);
  });
});

describe('OCI', () => {
  const registry = byDoor('OCI').filter(({ path }) => path.startsWith('/v2'));
  const filled = ({ path, parameters }: Operation, name: string) => {
    const values = Object.fromEntries(parameters.map((parameter) => [parameter.name, String(parameter.example)]));
    return path.split('#', 1)[0]!.replace('{name}', name).replace(/\{(\w+)\}/g, (_, parameter: string) => values[parameter]!);
  };

  it.each(named(registry))('%s wants a credential that is good', async (_id, operation) => {
    const body = operation.request?.required ? '{}' : undefined;
    if (operation.permission !== 'public') expect((await call(operation, { path: filled(operation, 'team/closed'), body }, null)).status).toBe(401);
    expect((await call(operation, { path: filled(operation, 'team/closed'), body }, UNKNOWN)).status).toBe(401);
  });

  it.each(named(registry.filter(({ path }) => path.includes('{name}'))))('%s refuses names that are none', async (_id, operation) => {
    expect((await call(operation, { path: filled(operation, 'Team/App'), body: operation.request?.required ? '{}' : undefined })).status).toBe(400);
  });

  it.each(named(registry.filter(({ method }) => method === 'GET')))('%s is answered for HEAD as for GET', async (id, operation) => {
    const one = CONTRACT_CASES[id]!;
    const [{ path }] = rightOf(operation, one, (await one.prepare?.(world)) ?? {}) as [ContractRequest];
    const [got, head] = [await world.oci.get(path), await world.oci.head(path)];
    expect([head.status, head.text, head.headers['content-type']]).toEqual([got.status, '', got.headers['content-type']]);
  });

  it('gives no token for a credential that is not good', async () => {
    expect((await call(document.operation('GetToken'), { path: '/token' }, UNKNOWN)).status).toBe(401);
  });
});

describe('REST', () => {
  const filled = (path: string) => path.replace(/\{\w+\}/g, 'x');

  it.each(named(REST.filter(({ request }) => request !== undefined)))('%s refuses what is no JSON, no object or has unknown fields', async (_id, operation) => {
    const path = filled(operation.path);
    for (const body of ['{', '[]', '"text"', '{"unheard-of":1}']) expect((await call(operation, { path, body })).status).toBe(400);
    expect((await call(operation, { path, body: JSON.stringify({ id: 'x'.repeat(1024 * 1024) }) })).status).toBe(413);
  });

  it.each(named(REST.filter(({ isOpen }) => !isOpen)))('%s wants a credential', async (_id, operation) => {
    const request = { path: filled(operation.path), body: operation.request && {} };
    const anonymous = await call(operation, request, null);
    expect([anonymous.status, anonymous.headers['www-authenticate'] !== undefined]).toEqual([401, true]);
    expect((await call(operation, request, UNKNOWN)).status).toBe(401);
  });
});

it('has sent every parameter that the document tells', () => {
  const told = document.operations.flatMap(({ parameters }) => parameters.map(({ id }) => id));
  expect([...new Set(told)].filter((id) => !sent.has(id)).sort()).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContractDocument } from '../harness/contract/contract-document.js';
import { OciClient } from '../harness/oci-client.js';
import { RestClient } from '../harness/rest-client.js';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';
import { BAD_CREDENTIALS, makeCallers, type CallerKind, type Callers } from './callers.js';
import { OCI_ROUTES, prepareOci, sendOci, type OciPlaces } from './oci-requests.js';
import { prepareS3, S3_SIGNED, S3_UNSIGNED, sendS3 } from './s3-requests.js';
import { sendSts, STS_CASES } from './sts-requests.js';

/**
 * Every route of the server, from its routing tables, as everybody: a new route cannot be
 * forgotten, as it is tried as soon as it stands in its table. Those with permission come last:
 * they change things.
 */
const EVERYBODY: readonly CallerKind[] = ['nobody', ...BAD_CREDENTIALS, 'without permission', 'with permission'];
const REFUSALS = [401, 403];

let server: ServerProcess;
let callers: Callers;
let uploadId: string;
let places: OciPlaces;
let oci: OciClient;
let rest: RestClient;

beforeAll(async () => {
  server = await ServerProcess.start({ config: { log: { level: 'error' }, plugins: [{ use: 'access-rbac', config: { throttle: { enabled: false } } }] } });
  callers = await makeCallers(new RestClient(server.url));
  rest = new RestClient(server.url, undefined, '');
  oci = new OciClient(server.url);
  ({ uploadId } = await prepareS3(new SignedClient(server.url)));
  places = await prepareOci(oci);
});

afterAll(async () => {
  oci.close();
  await server.remove();
});

describe('S3', () => {
  it('leaves nothing unsigned but preflights and forms', () => {
    expect([...new Set(S3_UNSIGNED.map(({ name }) => name))].sort()).toEqual(['PostObject', 'Preflight']);
  });

  it.each(S3_SIGNED.map((route) => [route.name, route] as const))('%s is for who may', async (_name, route) => {
    for (const kind of EVERYBODY) {
      const { status, text } = await sendS3(server.url, route, callers[kind], uploadId);
      const refused = status === 403 || (route.name === 'DeleteObjects' && /<Error>.*<Code>AccessDenied</.test(text));
      // AWS: what is wrong with a credential is told apart, none of it with anything but 403.
      expect({ kind, refused, status }).toEqual({ kind, refused: kind !== 'with permission', status });
    }
  });
});

describe('OCI', () => {
  it.each(OCI_ROUTES.map((route) => [route.name, route] as const))('%s is for who may', async (_name, route) => {
    for (const kind of EVERYBODY) {
      const { status } = await sendOci(oci, route, callers[kind], places);
      if (kind === 'with permission') expect({ kind, refused: REFUSALS.includes(status), status }).toEqual({ kind, refused: false, status });
      // Where there is no base permission, who is known sees what he may see: nothing.
      else if (kind === 'without permission') expect({ kind, status }).toEqual({ kind, status: route.action === undefined ? 200 : 403 });
      else if (kind === 'nobody' && route.on === 'extension') expect({ kind, status }).toEqual({ kind, status: 200 });
      else expect({ kind, status }).toEqual({ kind, status: 401 });
    }
  });
});

describe('STS', () => {
  it.each(STS_CASES)('%s is for who has a signature, or a token of an issuer', async (action) => {
    for (const kind of EVERYBODY) {
      const { status, code } = await sendSts(server.url, action, callers[kind]);
      const good = kind === 'with permission' || kind === 'without permission';
      if (action === 'AssumeRoleWithWebIdentity') expect({ kind, status }).toEqual({ kind, status: 400 });
      else if (action === 'AssumeRole') expect({ kind, status, refusedByRole: code === 'AccessDenied' }).toEqual({ kind, status: 403, refusedByRole: good });
      else expect({ kind, status }).toEqual({ kind, status: good ? 200 : 403 });
    }
  });
});

describe('REST', () => {
  const routes = new ContractDocument().operations.filter(({ tag }) => !['S3', 'STS', 'OCI'].includes(tag));

  it.each(routes.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))('%s is for who may', async (_name, operation) => {
    const { permission } = operation;
    const body = operation.request === undefined ? undefined : {};
    const path = operation.path.replace(/\{\w+\}/g, 'matrix');
    for (const kind of EVERYBODY) {
      const { status } = await rest.as(callers[kind]).send(operation.method, path, body);
      const refused = REFUSALS.includes(status);
      if (permission === 'public') expect({ kind, status, refused: refused && operation.operationId !== 'finishLogin' }).toEqual({ kind, status, refused: false });
      else if (kind === 'with permission') expect({ kind, status, refused }).toEqual({ kind, status, refused: onlyRoot(operation.path) });
      else if (kind === 'without permission') expect({ kind, status }).toEqual({ kind, status: permission === 'signed-in' ? status : 403 });
      else expect({ kind, status }).toEqual({ kind, status: 401 });
    }
  });

  it('lets who is signed in use what is for everybody signed in', async () => {
    for (const { method, path, request } of routes.filter(({ permission }) => permission === 'signed-in')) {
      const { status } = await rest.as(callers['without permission']).send(method, path, request === undefined ? undefined : {});
      expect({ path, refused: REFUSALS.includes(status) }).toEqual({ path, refused: false });
    }
  });
});

/** Accounts are the server root's alone. */
function onlyRoot(path: string): boolean {
  return path.startsWith('/rbac/accounts');
}

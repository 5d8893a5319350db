import { OciClient, basic } from '../oci-client.js';
import { RestClient } from '../rest-client.js';
import { ROOT_KEYS } from '../server-process.js';
import { SignedClient, type Keys } from '../signed-client.js';
import { signSts } from '../sign-sts.js';
import type { ReceivedAnswer } from './contract-checks.js';
import type { ContractRequest, ContractWorld } from './contract-case.js';
import type { Operation } from './contract-document.js';

const defined = (headers: ContractRequest['headers'] = {}) => Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
const FORM = 'application/x-www-form-urlencoded';

/** Sends a request of an operation the way its door wants it, with a credential of `keys`; `null`: none. */
export async function sendTo(world: ContractWorld, operation: Operation, request: ContractRequest, keys: Keys | null = request.keys ?? ROOT_KEYS): Promise<ReceivedAnswer> {
  const { method, tag } = operation;
  const { path, body } = request;
  const headers = defined(request.headers);
  if (tag === 'S3') return sendS3(world, operation, request, keys);
  if (tag === 'STS') {
    const form = { 'content-type': FORM, ...headers };
    const signed = keys && !operation.isOpen ? signSts(world.s3.host, String(body), keys, form) : form;
    return world.s3.sendRaw({ method, path, headers: signed, body: String(body) });
  }
  const authorization = keys && basic(keys);
  if (tag === 'OCI') {
    const type: Record<string, string> = operation.request && body !== undefined ? { 'content-type': Object.keys(operation.request.content)[0]! } : {};
    const length: Record<string, string> = body === undefined && method !== 'GET' && method !== 'HEAD' ? { 'content-length': '0' } : {};
    return new OciClient(world.oci.url, operation.isOpen ? null : authorization).send(method, path, { headers: { ...type, ...length, ...headers }, body: body as string | Uint8Array | undefined });
  }
  return new RestClient(world.root.url, authorization, '').send(method, path, body, { ...headers });
}

async function sendS3({ s3 }: ContractWorld, { method, isOpen }: Operation, { path, body, headers, payloadHash }: ContractRequest, keys: Keys | null): Promise<ReceivedAnswer> {
  const client = new SignedClient(s3.url, keys === null || isOpen ? 'anonymous' : keys);
  try {
    const [place = '', query] = path.split('?', 2);
    const request = { method, path: place, query, headers: { ...headers }, body: body as string | Uint8Array | undefined, payloadHash };
    return await (client.keys === 'anonymous' ? client.sendRaw(request) : client.send(request));
  } finally {
    client.close();
  }
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AccountWorld, BOB } from '../harness/account-world.js';
import { RawConnection, exchangeRaw, rawHead } from '../harness/raw-connection.js';
import type { RawRequest } from '../harness/signed-client.js';
import { SECRET, TARGET, attempt, expectRefused, startAttack } from './attack-world.js';

let world: AccountWorld;

beforeAll(async () => {
  world = await startAttack();
});
afterAll(() => world.remove());

const GET: RawRequest = { method: 'GET', path: `${TARGET}/secret` };
const PUT: RawRequest = { method: 'PUT', path: `${TARGET}/upload`, body: 'honest', headers: { 'x-amz-meta-a': '1' } };

/** What Alice signed, with something changed behind her back; `undefined` takes a header away. */
const tampered = (request: RawRequest, change: Partial<RawRequest> & { readonly add?: Record<string, string | undefined> } = {}, now?: number) => {
  const { add, ...other } = change;
  return world.nobody.sendRaw({ ...request, ...other, headers: { ...request.headers, ...world.alice.sign(request, now), ...add } });
};

/** The same byte by byte, so that headers may come twice. */
const raw = (request: RawRequest, change: (headers: [string, string][]) => [string, string][], target = request.query ? `${request.path}?${request.query}` : request.path) => {
  const body = String(request.body ?? '');
  const headers = Object.entries({ ...request.headers, ...world.alice.sign(request), 'content-length': String(body.length) }) as [string, string][];
  return exchangeRaw(world.server.url, rawHead(request.method, target, change(headers)) + body);
};

const twice = (name: string, value: string, first = false) => (headers: [string, string][]): [string, string][] => (first ? [[name, value], ...headers] : [...headers, [name, value]]);

describe('signed requests', () => {
  it('honest ones pass', async () => {
    expect((await tampered(GET)).text).toBe(SECRET);
    expect((await tampered(PUT)).status).toBe(200);
    expect((await raw(GET, (headers) => headers))?.body).toBe(SECRET);
    expect((await raw(PUT, (headers) => headers))?.status).toBe(200);
  });

  const smuggled: [string, string][] = [
    ['x-amz-acl', 'public-read'],
    ['x-amz-grant-full-control', `id="${BOB.canonicalId}"`],
    ['x-amz-copy-source', `${TARGET}/secret`],
    ['x-amz-tagging', 'class=public'],
    ['x-amz-meta-evil', 'x'],
    ['x-amz-storage-class', 'GLACIER'],
    ['x-amz-bypass-governance-retention', 'true'],
    ['x-amz-object-lock-legal-hold', 'ON'],
    ['x-amz-write-offset-bytes', '0'],
    ['x-amz-rename-source', 'secret'],
    ['x-amz-website-redirect-location', 'https://evil.example'],
    ['x-amz-expected-bucket-owner', BOB.account],
    ['x-amz-request-payer', 'requester'],
    ['x-amz-checksum-crc32', 'AAAAAA=='],
    ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ['x-amz-decoded-content-length', '6'],
    ['X-Amz-Acl', 'public-read'],
  ];
  it('carry no x-amz- header that was not signed', () =>
    expectRefused(world, [
      ...smuggled.map(([name, value]) => attempt(name, () => tampered(PUT, { add: { [name]: value } }), 403, 'AccessDenied')),
      attempt('a session token', () => tampered(PUT, { add: { 'x-amz-security-token': 'x' } }), 400, 'InvalidToken'),
      attempt('a signed one is another', () => tampered(PUT, { add: { 'x-amz-meta-a': '2' } }), 403, 'SignatureDoesNotMatch'),
      attempt('a signed one is gone', () => tampered(PUT, { add: { 'x-amz-meta-a': undefined } }), 403, 'SignatureDoesNotMatch'),
      attempt('a signed one comes twice', () => raw(PUT, twice('x-amz-meta-a', '2')), 403, 'SignatureDoesNotMatch'),
      attempt('a signed one comes twice, the other first', () => raw(PUT, twice('x-amz-meta-a', '2', true)), 403, 'SignatureDoesNotMatch'),
    ]));

  it('are for one method, path, query, body and host', () =>
    expectRefused(world, [
      ...['DELETE', 'PUT', 'HEAD'].map((method) => attempt(method, () => tampered(GET, { method }), 403, method === 'HEAD' ? undefined : 'SignatureDoesNotMatch')),
      attempt('another key', () => tampered(PUT, { path: `${TARGET}/secret` }), 403, 'SignatureDoesNotMatch'),
      ...['acl', 'tagging', 'versionId=null', 'partNumber=1&uploadId=x', 'legal-hold', 'x-amz-acl=public-read'].map((query) =>
        attempt(`?${query}`, () => tampered(PUT, { query }), 403, 'SignatureDoesNotMatch'),
      ),
      attempt('a parameter twice', () => tampered({ ...GET, query: 'versionId=null' }, { query: 'versionId=x&versionId=null' }), 403, 'SignatureDoesNotMatch'),
      attempt('a parameter less', () => tampered({ ...GET, query: 'attributes' }, { query: undefined }), 403, 'SignatureDoesNotMatch'),
      attempt('another body of the same length', () => tampered(PUT, { body: 'forged' }), 400, 'XAmzContentSHA256Mismatch'),
      attempt('a shorter body', () => tampered(PUT, { body: 'hones' }), 400, 'XAmzContentSHA256Mismatch'),
      attempt('another digest', () => tampered(PUT, { body: 'forged', add: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }), 403, 'SignatureDoesNotMatch'),
      attempt('no digest', () => tampered(PUT, { add: { 'x-amz-content-sha256': undefined } }), 400, 'InvalidRequest'),
      attempt('another host', () => tampered(PUT, { add: { host: 'attacked.s3.test' } }), 403, 'SignatureDoesNotMatch'),
      attempt('the host of another bucket', () => tampered({ ...GET, path: '/secret', headers: { host: 'attacker.s3.test' } }, { add: { host: 'attacked.s3.test' } }), 403, 'SignatureDoesNotMatch'),
    ]));

  const authorization = (change: (text: string) => string) => () => {
    const headers = world.alice.sign(GET);
    return world.nobody.sendRaw({ ...GET, headers: { ...headers, authorization: change(headers['authorization']!) } });
  };
  it('have one whole credential', () =>
    expectRefused(world, [
      attempt('host not signed', authorization((text) => text.replace('SignedHeaders=host;', 'SignedHeaders=')), 403, 'AccessDenied'),
      attempt('no headers signed', authorization((text) => text.replace(/SignedHeaders=[^,]*/, 'SignedHeaders=')), 400, 'AuthorizationHeaderMalformed'),
      attempt('no signature', authorization((text) => text.replace(/,Signature=.*/, '')), 400, 'AuthorizationHeaderMalformed'),
      attempt('an empty signature', authorization((text) => text.replace(/Signature=.*/, 'Signature=')), 400, 'AuthorizationHeaderMalformed'),
      attempt('two signatures', authorization((text) => `${text},Signature=${'0'.repeat(64)}`), 400, 'AuthorizationHeaderMalformed'),
      attempt('a short signature', authorization((text) => text.slice(0, -1)), 403, 'SignatureDoesNotMatch'),
      attempt('a longer signature', authorization((text) => `${text}0`), 403, 'SignatureDoesNotMatch'),
      attempt('a signature of zeros', authorization((text) => text.replace(/Signature=.*/, `Signature=${'0'.repeat(64)}`)), 403, 'SignatureDoesNotMatch'),
      attempt('another region', authorization((text) => text.replace('us-east-1', 'eu-west-1')), 400, 'AuthorizationHeaderMalformed'),
      attempt('another service', authorization((text) => text.replace('/s3/', '/sts/')), 400, 'AuthorizationHeaderMalformed'),
      attempt('another day', authorization((text) => text.replace(/\/20\d{6}\//, '/20200101/')), 400, 'AuthorizationHeaderMalformed'),
      attempt('no algorithm', authorization((text) => text.replace('AWS4-HMAC-SHA256 ', '')), 400, 'InvalidArgument'),
      attempt('no algorithm at all', authorization((text) => text.replace('AWS4-HMAC-SHA256', 'none')), 400, 'InvalidArgument'),
      attempt('a key id with a slash', authorization((text) => text.replace('Credential=', 'Credential=x/')), 403, 'InvalidAccessKeyId'),
      attempt('too old', () => tampered(GET, {}, Date.now() - 16 * 60_000), 403, 'RequestTimeTooSkewed'),
      attempt('to come', () => tampered(GET, {}, Date.now() + 16 * 60_000), 403, 'RequestTimeTooSkewed'),
      attempt('old, with a new date', () => tampered(GET, { add: { 'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, '') } }, Date.now() - 60_000), 403, 'SignatureDoesNotMatch'),
      attempt('old, with a new Date beside', () => tampered(GET, { add: { date: new Date().toUTCString() } }, Date.now() - 16 * 60_000), 403, 'RequestTimeTooSkewed'),
      attempt('in header and query', () => tampered({ ...GET, query: 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=x' }), 400, 'InvalidArgument'),
    ]));

  it('say nothing twice that must be said once', () =>
    expectRefused(world, [
      attempt('Authorization, a forged one behind', () => raw(PUT, twice('authorization', 'AWS4-HMAC-SHA256 x')), 400, 'InvalidArgument'),
      attempt('Authorization, a forged one in front', () => raw(PUT, twice('Authorization', 'AWS4-HMAC-SHA256 x', true)), 400, 'InvalidArgument'),
      attempt('Authorization, the same', () => raw(PUT, (headers) => [...headers, headers.find(([name]) => name === 'authorization')!]), 400, 'InvalidArgument'),
      attempt('x-amz-date', () => raw(PUT, twice('x-amz-date', '20200101T000000Z')), 403, 'AccessDenied'),
      attempt('x-amz-date, in front', () => raw(PUT, twice('X-Amz-Date', '20200101T000000Z', true)), 403, 'AccessDenied'),
      attempt('x-amz-content-sha256', () => raw(PUT, twice('x-amz-content-sha256', 'UNSIGNED-PAYLOAD')), 400, 'InvalidArgument'),
      attempt('Host', () => raw(PUT, twice('host', 'attacker.s3.test')), 400, 'BadRequest'),
      attempt('Host, in front', () => raw(PUT, twice('host', 'attacker.s3.test', true)), 400, 'BadRequest'),
      attempt('x-amz-acl', () => raw({ ...PUT, headers: { 'x-amz-acl': 'private' } }, twice('x-amz-acl', 'public-read')), 403, 'SignatureDoesNotMatch'),
    ]));

  it('are not spelled so that somebody else reads them otherwise', async () => {
    const spelled = (line: string) => async () => {
      const connection = await RawConnection.open(world.server.url);
      const head = rawHead('PUT', `${TARGET}/upload`, { ...PUT.headers, ...world.alice.sign(PUT), 'content-length': '6' });
      connection.write(`${head.slice(0, -2)}${line}\r\n\r\nhonest`);
      const answer = await connection.answer();
      connection.close();
      return answer;
    };
    await expectRefused(world, [
      attempt('a blank before the colon', spelled('x-amz-acl : public-read'), 400),
      attempt('a tab before the colon', spelled('x-amz-acl\t: public-read'), 400),
      attempt('a folded line', spelled('x-other: a\r\n x-amz-acl: public-read'), 400),
      attempt('a bare line feed', spelled('x-other: a\nx-amz-acl: public-read'), 400),
      attempt('a bare carriage return', spelled('x-other: a\rx-amz-acl: public-read'), 400),
      attempt('a zero byte', spelled('x-amz-acl\0: public-read'), 400),
      attempt('no name', spelled(': public-read'), 400),
    ]);
  });
});

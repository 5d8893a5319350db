import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { presignUrl, stringToSignV2, parseQuery } from '@zas/s3-protocol';
import { ALICE, type AccountWorld, BOB, type Party } from '../harness/account-world.js';
import { SECRET, TARGET, attempt, expectRefused, startAttack } from './attack-world.js';

let world: AccountWorld;

beforeAll(async () => {
  world = await startAttack();
});
afterAll(() => world.remove());

interface Presign {
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly expires?: number;
  readonly at?: number;
  readonly by?: Party;
  readonly host?: string;
}

function presign(method: string, path: string, { query, headers, expires = 60, at = Date.now(), by = ALICE, host = world.nobody.host }: Presign = {}): string {
  const credential = { accessKeyId: by.keys.accessKeyId, secret: by.keys.secretAccessKey, region: 'us-east-1' };
  return presignUrl({ method, host, rawPath: path, rawQuery: query, headers }, credential, expires, at);
}

function presignV2(method: string, path: string, expires = Math.floor(Date.now() / 1000) + 60): string {
  const text = stringToSignV2({ method, rawPath: path, query: parseQuery(''), headers: {} }, String(expires));
  const signature = crypto.createHmac('sha1', ALICE.keys.secretAccessKey).update(text).digest('base64');
  return `${path}?AWSAccessKeyId=${ALICE.keys.accessKeyId}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`;
}

const send = (method: string, url: string, headers: Record<string, string> = {}, body?: string) => world.nobody.call(method, url, { headers: { host: world.nobody.host, ...headers }, body });
const get = () => presign('GET', `${TARGET}/secret`);
const put = () => presign('PUT', `${TARGET}/upload`);
const change = (url: string, name: string, value: string) => url.replace(new RegExp(`${name}=[^&]*`), `${name}=${value}`);

describe('presigned URLs', () => {
  it('honest ones pass', async () => {
    expect((await send('GET', get())).text).toBe(SECRET);
    expect((await send('PUT', put(), {}, 'x')).status).toBe(200);
    expect((await send('GET', presignV2('GET', `${TARGET}/secret`))).text).toBe(SECRET);
    expect((await send('PUT', presign('PUT', `${TARGET}/typed`, { headers: { 'content-type': 'a/b' } }), { 'content-type': 'a/b' }, 'x')).status).toBe(200);
    expect((await send('GET', get(), { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' })).text).toBe(SECRET);
  });

  it('are for one method', () =>
    expectRefused(world, [
      ...['PUT', 'POST', 'DELETE'].map((method) => attempt(`GET as ${method}`, () => send(method, get()), method === 'POST' ? 405 : 403, method === 'POST' ? 'MethodNotAllowed' : 'SignatureDoesNotMatch')),
      ...['GET', 'DELETE'].map((method) => attempt(`PUT as ${method}`, () => send(method, put()), 403, 'SignatureDoesNotMatch')),
      attempt('PUT as HEAD', () => send('HEAD', put()), 403),
      attempt('PUT of a bucket as a form', () => send('POST', presign('PUT', TARGET), { 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nf\r\n--x--\r\n'), 403, 'AccessDenied'),
      attempt('V2: GET as DELETE', () => send('DELETE', presignV2('GET', `${TARGET}/secret`)), 403, 'SignatureDoesNotMatch'),
    ]));

  it('are for one key in one bucket', () =>
    expectRefused(world, [
      attempt('another key', () => send('GET', get().replace('/secret', '/upload')), 403, 'SignatureDoesNotMatch'),
      attempt('another case', () => send('GET', get().replace('/secret', '/Secret')), 403, 'SignatureDoesNotMatch'),
      attempt('a slash more', () => send('GET', get().replace('/secret', '/secret/')), 403, 'SignatureDoesNotMatch'),
      attempt('a dot segment', () => send('GET', get().replace('/secret', '/x/../secret')), 403, 'SignatureDoesNotMatch'),
      attempt('another bucket', () => send('GET', presign('GET', '/attacker/secret').replace('/attacker', TARGET)), 403, 'SignatureDoesNotMatch'),
      attempt('the bucket itself', () => send('GET', get().replace('/secret', '')), 403, 'SignatureDoesNotMatch'),
      attempt('the same path on a virtual host', () => send('GET', presign('GET', '/secret', { host: 'attacker.s3.test' }), { host: 'attacked.s3.test' }), 403, 'SignatureDoesNotMatch'),
      attempt('V2: another key', () => send('GET', presignV2('GET', `${TARGET}/upload`).replace('/upload', '/secret')), 403, 'SignatureDoesNotMatch'),
    ]));

  it('are for one time', () =>
    expectRefused(world, [
      attempt('over', () => send('GET', presign('GET', `${TARGET}/secret`, { at: Date.now() - 61_000 })), 403, 'AccessDenied'),
      attempt('of no length', () => send('GET', presign('GET', `${TARGET}/secret`, { expires: 0 })), 403, 'AccessDenied'),
      attempt('to come', () => send('GET', presign('GET', `${TARGET}/secret`, { at: Date.now() + 16 * 60_000 })), 403, 'AccessDenied'),
      attempt('longer than a week', () => send('GET', presign('GET', `${TARGET}/secret`, { expires: 604_801 })), 400, 'AuthorizationQueryParametersError'),
      ...['600', '60.0', '0060', '6e1'].map((expires) => attempt(`made ${expires}`, () => send('GET', change(get(), 'X-Amz-Expires', expires)), expires.match(/[.e]/) ? 400 : 403, expires.match(/[.e]/) ? 'AuthorizationQueryParametersError' : 'SignatureDoesNotMatch')),
      attempt('a later date', () => send('GET', change(presign('GET', `${TARGET}/secret`, { at: Date.now() - 61_000 }), 'X-Amz-Date', new Date().toISOString().replace(/[-:]|\.\d+/g, ''))), 403, 'SignatureDoesNotMatch'),
      attempt('V2: over', () => send('GET', presignV2('GET', `${TARGET}/secret`, Math.floor(Date.now() / 1000) - 1)), 403, 'AccessDenied'),
      attempt('V2: made longer', () => send('GET', change(presignV2('GET', `${TARGET}/secret`), 'Expires', '99999999999')), 403, 'SignatureDoesNotMatch'),
    ]));

  const added = ['acl', 'tagging', 'versionId=null', 'attributes', 'uploads', 'response-content-type=text%2Fhtml', 'partNumber=1', 'x-amz-acl=public-read', 'x-amz-expires=9', 'prefix='];
  it('are for one query', () =>
    expectRefused(world, [
      ...added.map((parameter) => attempt(`GET with ${parameter}`, () => send('GET', `${get()}&${parameter}`), 403, 'SignatureDoesNotMatch')),
      ...['acl', 'tagging', 'x-amz-tagging=a%3Db', 'x-amz-storage-class=GLACIER'].map((parameter) => attempt(`PUT with ${parameter}`, () => send('PUT', `${put()}&${parameter}`, {}, 'x'), 403, 'SignatureDoesNotMatch')),
      attempt('PUT of a part of an upload', () => send('PUT', `${put()}&partNumber=1&uploadId=x`, {}, 'x'), 403, 'SignatureDoesNotMatch'),
      attempt('a parameter less', () => send('GET', presign('GET', `${TARGET}/secret`, { query: 'versionId=null' }).replace('versionId=null&', '')), 403, 'SignatureDoesNotMatch'),
      ...['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', 'X-Amz-Signature'].flatMap((name) => [
        attempt(`without ${name}`, () => send('GET', get().replace(new RegExp(`[?&]${name}=[^&]*`), (found) => (found.startsWith('?') ? '?x=y' : ''))), 400, 'AuthorizationQueryParametersError'),
        attempt(`${name} twice`, () => send('GET', `${get()}&${name}=${new URL(get(), 'http://x').searchParams.get(name)}`), 400, 'AuthorizationQueryParametersError'),
      ]),
      ...['restore', 'x-amz-acl=public-read', 'select', 'partNumber=1', 'policy'].map((parameter) =>
        attempt(`V2 with ${parameter}`, () => send('GET', `${presignV2('GET', `${TARGET}/secret`)}&${parameter}`), ['restore', 'select'].includes(parameter) ? 501 : 403, ['restore', 'select'].includes(parameter) ? 'NotImplemented' : parameter === 'partNumber=1' ? 'SignatureDoesNotMatch' : 'AccessDenied'),
      ),
      attempt('V4 and V2 at once', () => send('GET', `${get()}&${presignV2('GET', `${TARGET}/secret`).split('?')[1]}`), 403, 'AccessDenied'),
    ]));

  const smuggled = ['x-amz-acl', 'x-amz-meta-evil', 'x-amz-copy-source', 'x-amz-tagging', 'x-amz-date', 'x-amz-write-offset-bytes', 'x-amz-storage-class', 'X-AMZ-ACL'];
  it('are for the headers that were signed', () =>
    expectRefused(world, [
      ...smuggled.map((name) => attempt(name, () => send('PUT', put(), { [name]: name.toLowerCase() === 'x-amz-acl' ? 'public-read' : '0' }, 'x'), 403, 'AccessDenied')),
      attempt('a session token', () => send('PUT', put(), { 'x-amz-security-token': 'x' }, 'x'), 400, 'InvalidToken'),
      attempt('a digest', () => send('PUT', put(), { 'x-amz-content-sha256': crypto.hash('sha256', 'x') }, 'x'), 403, 'SignatureDoesNotMatch'),
      attempt('another framing', () => send('PUT', put(), { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-decoded-content-length': '1' }, 'x'), 403, 'AccessDenied'),
      attempt('another host', () => send('GET', get(), { host: 'elsewhere.test' }), 403, 'SignatureDoesNotMatch'),
      attempt('a signed type that is another', () => send('PUT', presign('PUT', `${TARGET}/typed`, { headers: { 'content-type': 'a/b' } }), { 'content-type': 'text/html' }, 'x'), 403, 'SignatureDoesNotMatch'),
      attempt('a signed header that is missing', () => send('PUT', presign('PUT', `${TARGET}/typed`, { headers: { 'x-amz-acl': 'private' } }), {}, 'x'), 403, 'SignatureDoesNotMatch'),
      attempt('V2: an unsigned header', () => send('PUT', presignV2('PUT', `${TARGET}/upload`), { 'x-amz-acl': 'public-read' }, 'x'), 403, 'SignatureDoesNotMatch'),
      attempt('V2: a type', () => send('PUT', presignV2('PUT', `${TARGET}/upload`), { 'content-type': 'text/html' }, 'x'), 403, 'SignatureDoesNotMatch'),
    ]));

  it('are one person’s', () =>
    expectRefused(world, [
      attempt('signed by somebody else', () => send('GET', presign('GET', `${TARGET}/secret`, { by: BOB })), 403, 'AccessDenied'),
      attempt('with another’s key id', () => send('GET', presign('GET', `${TARGET}/secret`, { by: BOB }).replace(BOB.keys.accessKeyId, ALICE.keys.accessKeyId)), 403, 'SignatureDoesNotMatch'),
      attempt('of an unknown key id', () => send('GET', get().replace(ALICE.keys.accessKeyId, 'NOBODYSKEY')), 403, 'InvalidAccessKeyId'),
      attempt('together with a header', () => send('GET', get(), { ...world.bob.sign({ method: 'GET', path: `${TARGET}/secret` }) }), 400, 'InvalidArgument'),
      attempt('a signature in capitals', () => send('GET', get().replace(/X-Amz-Signature=.*/, (text) => text.replace(/[a-f]/g, (digit) => digit.toUpperCase()).replace(/^X-AMZ-SIGNATURE|^.*?=/i, 'X-Amz-Signature='))), 403, 'SignatureDoesNotMatch'),
      attempt('an empty signature', () => send('GET', change(get(), 'X-Amz-Signature', '')), 400, 'AuthorizationQueryParametersError'),
      attempt('another service', () => send('GET', get().replace('%2Fs3%2F', '%2Fiam%2F')), 400, 'AuthorizationQueryParametersError'),
      attempt('another algorithm', () => send('GET', change(get(), 'X-Amz-Algorithm', 'AWS4-HMAC-SHA1')), 400, 'AuthorizationQueryParametersError'),
    ]));
});

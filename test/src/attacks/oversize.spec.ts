import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, type AccountWorld, BOB, must, openBucket, policyOf } from '../harness/account-world.js';
import { sendForm, signPolicy } from '../harness/post-form.js';
import { exchangeRaw, rawHead } from '../harness/raw-connection.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import type { SignedClient } from '../harness/signed-client.js';
import { attempt, expectRefused, startAttack } from './attack-world.js';

const O = '/oversize';
const ARN = `arn:aws:s3:::${O.slice(1)}/*`;
let world: AccountWorld;
let alice: SignedClient;
let uploadId: string;

beforeAll(async () => {
  // Refused bodies below `drainBytes`, so that no answer is lost with its connection.
  world = await startAttack({ limits: { xmlBytes: '600KiB' } });
  ({ alice } = world);
  await openBucket(alice, O);
  await must(alice.put(`${O}/key`, 'x'));
  uploadId = textOf((await must(alice.post(`${O}/parts?uploads`))).text, 'UploadId')!;
});
afterAll(() => world.remove());

const repeated = (count: number, text: string | ((i: number) => string)) => Array.from({ length: count }, (_, i) => (typeof text === 'string' ? text : text(i))).join('');
const tag = (key: string, value = '') => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
const tagging = (tags: string) => `<Tagging><TagSet>${tags}</TagSet></Tagging>`;
const rule = '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>';
const grant = `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${BOB.canonicalId}</ID></Grantee><Permission>READ</Permission></Grant>`;
const acl = (grants: string) => `<AccessControlPolicy><Owner><ID>${ALICE.canonicalId}</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`;
const statement = (i: number, fill = '') => ({ Sid: `s${i}${fill}`, Effect: 'Allow', Principal: { AWS: BOB.account }, Action: 's3:GetObject', Resource: ARN });
const parts = (count: number) => `<CompleteMultipartUpload>${repeated(count, (i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>x</ETag></Part>`)}</CompleteMultipartUpload>`;
const LONG_KEY = 'k'.repeat(1025);

describe('what is as large as allowed', () => {
  it('passes', async () => {
    const key = 'k'.repeat(1024);
    await must(alice.put(`${O}/${key}`, 'x'));
    await must(alice.put(`${O}/copied`, undefined, { 'x-amz-copy-source': `${O}/${key}` }));
    await must(alice.put(`${O}/${'m'.repeat(1024)}?renameObject`, undefined, { 'x-amz-rename-source': key }));
    await must(alice.put(`${O}/meta`, 'x', { 'x-amz-meta-a': 'v'.repeat(2047) }));
    await must(alice.put(`${O}?cors`, `<CORSConfiguration>${rule.repeat(100)}</CORSConfiguration>`));
    await must(alice.put(`${O}/key?acl`, acl(grant.repeat(100))));
    await must(alice.put(`${O}/key?tagging`, tagging(repeated(10, (i) => tag(`key-${i}`)))));
    await must(alice.put(`${O}?policy`, policyOf(...Array.from({ length: 100 }, (_, i) => statement(i)))));
    expect(textsOf((await must(alice.deleteMany(O, repeated(1000, (i) => `<Object><Key>none-${i}</Key></Object>`)))).text, 'Deleted')).toHaveLength(1000);
    const document = `${parts(10_000).slice(0, -26)}</CompleteMultipartUpload>`;
    // Ten thousand are read; that these were never sent is another matter.
    expect((await alice.post(`${O}/parts?uploadId=${uploadId}`, document)).code).toBe('InvalidPart');
    expect((await alice.get(`${O}?list-type=2&max-keys=2147483647`)).status).toBe(200);
  });
});

describe('what is larger', () => {
  it('in the head of a request', () =>
    expectRefused(world, [
      attempt('headers', () => exchangeRaw(world.server.url, rawHead('GET', O, { host: alice.host, 'x-large': 'x'.repeat(17_000) })), 431),
      attempt('many headers', () => exchangeRaw(world.server.url, rawHead('GET', O, [['host', alice.host], ...Array.from({ length: 3000 }, (_, i) => [`x${i}`, 'y'] as const)])), 431),
      attempt('a URL', () => exchangeRaw(world.server.url, rawHead('GET', `${O}/${'x'.repeat(17_000)}`, { host: alice.host })), 431),
      attempt('a query', () => exchangeRaw(world.server.url, rawHead('GET', `${O}?${'x=y&'.repeat(5000)}`, { host: alice.host })), 431),
      attempt('metadata', () => alice.put(`${O}/new`, 'x', { 'x-amz-meta-a': 'v'.repeat(2048) }), 400, 'MetadataTooLarge'),
      attempt('metadata in many headers', () => alice.put(`${O}/new`, 'x', Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x-amz-meta-name-${i}`, 'v'.repeat(30)]))), 400, 'MetadataTooLarge'),
      attempt('metadata of an upload', () => alice.post(`${O}/new?uploads`, undefined, { 'x-amz-meta-a': 'v'.repeat(2048) }), 400, 'MetadataTooLarge'),
      attempt('metadata of a copy', () => alice.put(`${O}/new`, undefined, { 'x-amz-copy-source': `${O}/key`, 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-a': 'v'.repeat(2048) }), 400, 'MetadataTooLarge'),
      attempt('tags', () => alice.put(`${O}/new`, 'x', { 'x-amz-tagging': repeated(11, (i) => `k${i}=v&`) }), 400, 'BadRequest'),
      attempt('a tag', () => alice.put(`${O}/new`, 'x', { 'x-amz-tagging': `k=${'v'.repeat(257)}` }), 400, 'InvalidTag'),
      attempt('grants', () => alice.put(`${O}/new`, 'x', { 'x-amz-grant-read': Array.from({ length: 101 }, () => `id=${BOB.canonicalId}`).join(', ') }), 400, 'InvalidRequest'),
      attempt('a client token', () => alice.put(`${O}/new?renameObject`, undefined, { 'x-amz-rename-source': 'key', 'x-amz-client-token': 't'.repeat(65) }), 400, 'InvalidArgument'),
      attempt('an upload id', () => alice.put(`${O}/new?partNumber=1&uploadId=${'u'.repeat(10_000)}`, 'x'), 404, 'NoSuchUpload'),
      attempt('a version id', () => alice.get(`${O}/key?versionId=${'v'.repeat(10_000)}`), 400, 'InvalidArgument'),
      attempt('a token', () => alice.get(`${O}?list-type=2&continuation-token=${'t'.repeat(10_000)}`), 400, 'InvalidArgument'),
      attempt('a part number', () => alice.put(`${O}/parts?partNumber=10001&uploadId=${uploadId}`, 'x'), 400, 'InvalidArgument'),
      attempt('a part number beyond counting', () => alice.put(`${O}/parts?partNumber=${'9'.repeat(400)}&uploadId=${uploadId}`, 'x'), 400, 'InvalidArgument'),
      attempt('a count of keys', () => alice.get(`${O}?list-type=2&max-keys=2147483648`), 400, 'InvalidArgument'),
      attempt('a count of keys beyond counting', () => alice.get(`${O}?list-type=2&max-keys=${'9'.repeat(400)}`), 400, 'InvalidArgument'),
      attempt('an offset', () => alice.put(`${O}/key`, 'x', { 'x-amz-write-offset-bytes': '9'.repeat(17) }), 400, 'InvalidArgument'),
      attempt('a signature', () => alice.sendRaw({ method: 'GET', path: `${O}/key`, headers: { ...alice.sign({ method: 'GET', path: `${O}/key` }), authorization: `${alice.sign({ method: 'GET', path: `${O}/key` })['authorization']}${'0'.repeat(10_000)}` } }), 403, 'SignatureDoesNotMatch'),
      attempt('signed headers', () => alice.sendRaw({ method: 'GET', path: `${O}/key`, headers: { ...alice.sign({ method: 'GET', path: `${O}/key` }), authorization: alice.sign({ method: 'GET', path: `${O}/key` })['authorization']!.replace('SignedHeaders=', `SignedHeaders=${'a;'.repeat(5000)}`) } }), 403, 'SignatureDoesNotMatch'),
    ]));

  it('as a key, wherever one is named', async () => {
    await expectRefused(world, [
      attempt('PUT', () => alice.put(`${O}/${LONG_KEY}`, 'x'), 400, 'KeyTooLongError'),
      attempt('GET', () => alice.get(`${O}/${LONG_KEY}`), 400, 'KeyTooLongError'),
      attempt('of two-byte characters', () => alice.put(`${O}/${'%C3%BC'.repeat(513)}`, 'x'), 400, 'KeyTooLongError'),
      attempt('of an upload', () => alice.post(`${O}/${LONG_KEY}?uploads`), 400, 'KeyTooLongError'),
      attempt('of a source', () => alice.put(`${O}/new`, undefined, { 'x-amz-copy-source': `${O}/${LONG_KEY}` }), 400, 'KeyTooLongError'),
      attempt('of a source to be renamed', () => alice.put(`${O}/new?renameObject`, undefined, { 'x-amz-rename-source': LONG_KEY }), 400, 'KeyTooLongError'),
      attempt('in a form', () => sendForm(world.nobody, O, { key: LONG_KEY, ...signPolicy([{ bucket: O.slice(1) }, { key: LONG_KEY }], ALICE.keys) }), 400, 'KeyTooLongError'),
      attempt('by the name of its file', () => sendForm(world.nobody, O, { key: 'x/${filename}', ...signPolicy([{ bucket: O.slice(1) }, ['starts-with', '$key', 'x/']], ALICE.keys) }, { name: LONG_KEY, content: 'x' }), 400, 'KeyTooLongError'),
      attempt('as a bucket', () => alice.put(`/${'b'.repeat(10_000)}`), 400, 'InvalidBucketName'),
    ]);
    const many = await alice.deleteMany(O, `<Object><Key>${LONG_KEY}</Key></Object><Object><Key>none</Key></Object>`);
    expect([textsOf(many.text, 'Code'), textsOf(many.text, 'Deleted')]).toEqual([['KeyTooLongError'], ['<Key>none</Key>']]);
  });

  it('in a document', () =>
    expectRefused(world, [
      attempt('a document', () => alice.put(`${O}?tagging`, tagging(' '.repeat(700_000))), 400, 'MaxMessageLengthExceeded'),
      attempt('keys to delete', () => alice.deleteMany(O, repeated(1001, '<Object><Key>key</Key></Object>')), 400, 'MalformedXML'),
      attempt('parts', () => alice.post(`${O}/parts?uploadId=${uploadId}`, parts(10_001)), 400, 'MalformedXML'),
      attempt('the same part many times', () => alice.post(`${O}/parts?uploadId=${uploadId}`, `<CompleteMultipartUpload>${repeated(10_001, '<Part><PartNumber>1</PartNumber><ETag>x</ETag></Part>')}</CompleteMultipartUpload>`), 400, 'MalformedXML'),
      attempt('rules', () => alice.put(`${O}?cors`, `<CORSConfiguration>${rule.repeat(101)}</CORSConfiguration>`), 400, 'InvalidRequest'),
      attempt('a CORS document', () => alice.put(`${O}?cors`, `<CORSConfiguration>${rule}${' '.repeat(65_536)}</CORSConfiguration>`), 400, 'MaxMessageLengthExceeded'),
      attempt('grants', () => alice.put(`${O}/key?acl`, acl(grant.repeat(101))), 400, 'MalformedACLError'),
      attempt('grants on a bucket', () => alice.put(`${O}?acl`, acl(grant.repeat(101))), 400, 'MalformedACLError'),
      attempt('tags of an object', () => alice.put(`${O}/key?tagging`, tagging(repeated(11, (i) => tag(`k${i}`)))), 400, 'BadRequest'),
      attempt('tags of a bucket', () => alice.put(`${O}?tagging`, tagging(repeated(51, (i) => tag(`k${i}`)))), 400, 'BadRequest'),
      attempt('a tag’s key', () => alice.put(`${O}/key?tagging`, tagging(tag('k'.repeat(129)))), 400, 'InvalidTag'),
      attempt('a tag’s value', () => alice.put(`${O}/key?tagging`, tagging(tag('k', 'v'.repeat(257)))), 400, 'InvalidTag'),
      attempt('a policy', () => alice.put(`${O}?policy`, policyOf(...Array.from({ length: 200 }, (_, i) => statement(i, 'x'.repeat(50))))), 400, 'MalformedPolicy'),
      attempt('a policy of blanks', () => alice.put(`${O}?policy`, policyOf(statement(1)) + ' '.repeat(21_000)), 400, 'MalformedPolicy'),
      attempt('a policy of many levels', () => alice.put(`${O}?policy`, `{"Version":"2012-10-17","Statement":${'['.repeat(8000)}${']'.repeat(8000)}}`), 400, 'MalformedPolicy'),
      attempt('a policy beyond any document', () => alice.put(`${O}?policy`, ' '.repeat(700_000)), 400, 'MaxMessageLengthExceeded'),
    ]));

  it('in a form', () => {
    const key = { key: 'new' };
    const signed = (extra: Record<string, string>) => ({ ...key, ...extra, ...signPolicy([{ bucket: O.slice(1) }, key, ...Object.keys(extra).map((name) => ['starts-with', `$${name}`, ''] as const)], ALICE.keys) });
    const manyFields = Array.from({ length: 300 }, (_, i) => [`x-ignore-${i}`, ''] as const);
    return expectRefused(world, [
      attempt('a field', () => sendForm(world.nobody, O, signed({ 'x-amz-meta-a': 'v'.repeat(21_000) })), 400, 'MaxPostPreDataLengthExceededError'),
      attempt('many fields', () => sendForm(world.nobody, O, [...Object.entries(signed({})), ...manyFields]), 400, 'MaxPostPreDataLengthExceededError'),
      attempt('a policy', () => sendForm(world.nobody, O, { ...key, ...signPolicy([{ bucket: O.slice(1) }, key, ...Array.from({ length: 2000 }, (_, i) => ({ [`x-ignore-${i}`]: 'y' }))], ALICE.keys) }), 400, 'MaxPostPreDataLengthExceededError'),
      attempt('metadata', () => sendForm(world.nobody, O, signed({ 'x-amz-meta-a': 'v'.repeat(2048) })), 400, 'MetadataTooLarge'),
      attempt('the name of its file, many times', () => sendForm(world.nobody, O, signed({ 'x-amz-meta-a': '${filename}'.repeat(300) }), { name: 'n'.repeat(5000), content: 'x' }), 400, 'MaxPostPreDataLengthExceededError'),
      attempt('a boundary', () => world.nobody.sendRaw({ method: 'POST', path: O, headers: { 'content-type': `multipart/form-data; boundary=${'b'.repeat(5000)}` }, body: `--${'b'.repeat(5000)}--` }), 400, 'MalformedPOSTRequest'),
      attempt('what stands behind the file', () => sendForm(world.nobody, O, signed({}), { content: `x\r\n------zas-form-boundary--\r\n${'x'.repeat(200_000)}` }), 400, 'MalformedPOSTRequest'),
    ]);
  });

  it('as a body', () => {
    const headOf = (size: string, headers: Record<string, string> = {}, payloadHash = 'UNSIGNED-PAYLOAD') => rawHead('PUT', `${O}/new`, { ...headers, ...alice.sign({ method: 'PUT', path: `${O}/new`, payloadHash, headers }), 'content-length': size });
    const decoded = (size: string) => headOf('100', { 'x-amz-decoded-content-length': size, 'content-encoding': 'aws-chunked', 'x-amz-trailer': 'x-amz-checksum-crc32' }, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER');
    return expectRefused(world, [
      attempt('a body', () => exchangeRaw(world.server.url, headOf(String(5 * 1024 ** 3 + 1))), 400, 'EntityTooLarge'),
      attempt('a length beyond counting', () => exchangeRaw(world.server.url, headOf('9'.repeat(18))), 400, 'InvalidArgument'),
      attempt('a chunked body', () => exchangeRaw(world.server.url, decoded(String(5 * 1024 ** 3 + 1))), 400, 'EntityTooLarge'),
      attempt('a part', () => exchangeRaw(world.server.url, rawHead('PUT', `${O}/parts?partNumber=1&uploadId=${uploadId}`, { ...alice.sign({ method: 'PUT', path: `${O}/parts`, query: `partNumber=1&uploadId=${uploadId}`, payloadHash: 'UNSIGNED-PAYLOAD' }), 'content-length': String(6 * 1024 ** 3) })), 400, 'EntityTooLarge'),
      attempt('a body where none belongs', () => alice.call('GET', `${O}/none`, { body: crypto.randomBytes(500_000), headers: { 'content-length': '500000' } }), 404, 'NoSuchKey'),
    ]);
  });
});

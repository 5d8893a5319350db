import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountWorld, BOB, must, policyOf } from '../harness/account-world.js';
import { childNames, textOf, textsOf } from '../harness/read-xml.js';
import type { SignedClient } from '../harness/signed-client.js';

const B = '/attributes-bucket';
const ALL = 'ETag,Checksum,ObjectParts,StorageClass,ObjectSize';
let world: AccountWorld;
let alice: SignedClient;

beforeAll(async () => {
  world = await AccountWorld.start({ limits: { minPartBytes: 1 } });
  ({ alice } = world);
  await must(alice.put(B));
});
afterAll(() => world.remove());

const attributes = (key: string, wanted: string | undefined, headers: Record<string, string> = {}, client = alice) =>
  client.get(`${B}/${key}?attributes`, { 'x-amz-object-attributes': wanted, ...headers });

/** Uploads the parts under these numbers. */
async function upload(key: string, parts: Readonly<Record<number, string>>, headers: Record<string, string> = {}) {
  const id = textOf((await must(alice.post(`${B}/${key}?uploads`, undefined, headers))).text, 'UploadId');
  const rows = [];
  for (const [number, body] of Object.entries(parts)) {
    const part = await must(alice.put(`${B}/${key}?partNumber=${number}&uploadId=${id}`, body, { 'x-amz-sdk-checksum-algorithm': headers['x-amz-checksum-algorithm'] }));
    const sum = Object.entries(part.headers).find(([name]) => /^x-amz-checksum-(?!type)/.test(name));
    const element = sum && headers['x-amz-checksum-algorithm'] ? `<Checksum${headers['x-amz-checksum-algorithm']}>${String(sum[1])}</Checksum${headers['x-amz-checksum-algorithm']}>` : '';
    rows.push(`<Part><PartNumber>${number}</PartNumber><ETag>${part.headers.etag}</ETag>${element}</Part>`);
  }
  return must(alice.post(`${B}/${key}?uploadId=${id}`, `<CompleteMultipartUpload>${rows.join('')}</CompleteMultipartUpload>`));
}

const sha256 = (text: string | Uint8Array) => crypto.hash('sha256', text, 'base64');

describe('GetObjectAttributes', () => {
  it('shows what is asked for, in the order of AWS, and the etag without quotes', async () => {
    const put = await must(alice.put(`${B}/whole`, 'whole', { 'x-amz-checksum-sha256': sha256('whole'), 'x-amz-storage-class': 'STANDARD_IA' }));
    const { text, headers } = await must(attributes('whole', ALL));
    expect(childNames(text)).toEqual(['ETag', 'Checksum', 'StorageClass', 'ObjectSize']);
    expect(text).toContain('<GetObjectAttributesResponse xmlns="http://s3.amazonaws.com/doc/2006-03-01/">');
    expect([textOf(text, 'ETag'), textOf(text, 'ChecksumSHA256'), textOf(text, 'ChecksumType'), textOf(text, 'StorageClass'), textOf(text, 'ObjectSize')]).toEqual([
      crypto.hash('md5', 'whole'),
      sha256('whole'),
      'FULL_OBJECT',
      'STANDARD_IA',
      '5',
    ]);
    expect([`"${textOf(text, 'ETag')}"`, headers['last-modified']]).toEqual([put.headers.etag, (await alice.head(`${B}/whole`)).headers['last-modified']]);
    expect(childNames((await must(attributes('whole', 'ObjectSize'))).text)).toEqual(['ObjectSize']);
    expect(childNames((await must(attributes('whole', 'StorageClass, ETag'))).text)).toEqual(['ETag', 'StorageClass']);
    expect(textOf((await must(alice.put(`${B}/standard`, 'x').then(() => attributes('standard', 'StorageClass')))).text, 'StorageClass')).toBe('STANDARD');
  });

  it('shows the parts of a multipart object, in pages', async () => {
    await upload('parts', { 1: 'one', 2: 'two!', 5: 'five.' }, { 'x-amz-checksum-algorithm': 'SHA256' });
    const { text } = await must(attributes('parts', ALL));
    expect([textOf(text, 'ETag')?.slice(-2), textOf(text, 'ChecksumType'), textOf(text, 'ObjectSize')]).toEqual(['-3', 'COMPOSITE', '12']);
    const parts = textOf(text, 'ObjectParts')!;
    expect([textOf(parts, 'PartsCount'), textOf(parts, 'IsTruncated'), textOf(parts, 'MaxParts'), textOf(parts, 'PartNumberMarker')]).toEqual(['3', 'false', '1000', '0']);
    expect(textsOf(parts, 'Part').map((part) => [textOf(part, 'PartNumber'), textOf(part, 'Size'), textOf(part, 'ChecksumSHA256')])).toEqual([
      ['1', '3', sha256('one')],
      ['2', '4', sha256('two!')],
      ['5', '5', sha256('five.')],
    ]);
    const joined = Buffer.concat(['one', 'two!', 'five.'].map((body) => crypto.createHash('sha256').update(body).digest()));
    expect(textOf(text.replace(parts, ''), 'ChecksumSHA256')?.replace(/-3$/, '')).toBe(sha256(joined));
    const first = await must(attributes('parts', 'ObjectParts', { 'x-amz-max-parts': '2' }));
    expect([textsOf(first.text, 'PartNumber'), textOf(first.text, 'IsTruncated'), textOf(first.text, 'NextPartNumberMarker')]).toEqual([['1', '2'], 'true', '2']);
    const second = await must(attributes('parts', 'ObjectParts', { 'x-amz-max-parts': '2', 'x-amz-part-number-marker': '2' }));
    expect([textsOf(second.text, 'PartNumber'), textOf(second.text, 'IsTruncated'), textOf(second.text, 'PartNumberMarker')]).toEqual([['5'], 'false', '2']);
  });

  it('agrees with Complete, HEAD and the listing about the checksum', async () => {
    for (const [algorithm, type] of [['CRC64NVME', 'FULL_OBJECT'], ['CRC32', 'COMPOSITE'], ['CRC32C', 'FULL_OBJECT']] as const) {
      const key = `sum-${algorithm}`;
      const done = await upload(key, { 1: 'one', 2: 'two' }, { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type });
      const value = textOf(done.text, `Checksum${algorithm}`);
      expect([algorithm, textOf(done.text, 'ChecksumType'), typeof value]).toEqual([algorithm, type, 'string']);
      const { headers } = await alice.head(`${B}/${key}`, { 'x-amz-checksum-mode': 'ENABLED' });
      expect([headers[`x-amz-checksum-${algorithm.toLowerCase()}`], headers['x-amz-checksum-type']]).toEqual([value, type]);
      const shown = (await attributes(key, 'Checksum')).text;
      // AWS shows the bare value here: the number of parts stands beside it.
      expect([textOf(shown, `Checksum${algorithm}`)?.replace(/-2$/, ''), textOf(shown, 'ChecksumType')]).toEqual([value!.replace(/-2$/, ''), type]);
      const listed = textOf((await alice.get(`${B}?list-type=2&prefix=${key}`)).text, 'Contents')!;
      expect([textOf(listed, 'ChecksumAlgorithm'), textOf(listed, 'ChecksumType')]).toEqual([algorithm, type]);
    }
  });

  it('is about the version that is named, and says which', async () => {
    const V = '/attributes-versions';
    await must(alice.put(V));
    await must(alice.put(`${V}?versioning`, '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'));
    const [old] = [await must(alice.put(`${V}/key`, 'old')), await must(alice.put(`${V}/key`, 'newer'))];
    const id = String(old.headers['x-amz-version-id']);
    const shown = await must(alice.get(`${V}/key?attributes&versionId=${id}`, { 'x-amz-object-attributes': 'ObjectSize' }));
    expect([textOf(shown.text, 'ObjectSize'), shown.headers['x-amz-version-id']]).toEqual(['3', id]);
    const marker = await must(alice.delete(`${V}/key`));
    const hidden = await alice.get(`${V}/key?attributes`, { 'x-amz-object-attributes': 'ObjectSize' });
    expect([hidden.status, hidden.code, hidden.headers['x-amz-delete-marker']]).toEqual([404, 'NoSuchKey', 'true']);
    const named = await alice.get(`${V}/key?attributes&versionId=${String(marker.headers['x-amz-version-id'])}`, { 'x-amz-object-attributes': 'ObjectSize' });
    expect([named.status, named.headers['x-amz-delete-marker']]).toEqual([405, 'true']);
  });

  it('refuses what it cannot read', async () => {
    for (const [wanted, headers, code] of [
      [undefined, {}, 'InvalidRequest'],
      ['Everything', {}, 'InvalidArgument'],
      ['ETag,Colour', {}, 'InvalidArgument'],
      ['ObjectParts', { 'x-amz-max-parts': 'many' }, 'InvalidArgument'],
      ['ObjectParts', { 'x-amz-part-number-marker': '-1' }, 'InvalidArgument'],
    ] as const) {
      const answer = await attributes('whole', wanted, headers);
      expect([wanted, answer.status, answer.code]).toEqual([wanted, 400, code]);
    }
    const absent = await attributes('absent', 'ETag');
    expect([absent.status, absent.code]).toEqual([404, 'NoSuchKey']);
  });

  it('needs both permissions, that of reading and its own', async () => {
    const allow = (...actions: string[]) => must(alice.put(`${B}?policy`, policyOf({ Effect: 'Allow', Principal: { AWS: BOB.account }, Action: actions, Resource: `arn:aws:s3:::${B.slice(1)}/*` })));
    for (const [actions, status] of [[['s3:GetObject'], 403], [['s3:GetObjectAttributes'], 403], [['s3:GetObject', 's3:GetObjectAttributes'], 200]] as const) {
      await allow(...actions);
      expect([actions, (await attributes('whole', 'ETag', {}, world.bob)).status]).toEqual([actions, status]);
    }
  });
});

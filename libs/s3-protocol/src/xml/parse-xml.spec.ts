import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import { parseCompleteMultipartUpload } from './parse-complete-multipart-upload.js';
import { parseCreateBucketConfiguration } from './parse-create-bucket-configuration.js';
import { parseDeleteObjects } from './parse-delete-objects.js';
import { parseXml } from './parse-xml.js';

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return (error as S3Error).code;
  }
  return undefined;
}

const bytes = (text: string): Buffer => Buffer.from(text);
const NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

describe('parseXml', () => {
  it('makes a tree of text and elements', () => {
    const tree = parseXml(bytes(`<?xml version="1.0"?><s3:A ${NS} xmlns:s3="x"><B>1 &lt; 2&#13;</B><B><![CDATA[<&]]></B><C/></s3:A>`));
    expect(tree.name).toBe('A');
    expect(tree.children.map(({ name, text }) => [name, text])).toEqual([['B', '1 < 2\r'], ['B', '<&'], ['C', '']]);
  });

  it.each([
    ['a document type', '<!DOCTYPE a><a/>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['exponential entities', '<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>'],
    ['an unknown entity', '<a>&x;</a>'],
    ['an unclosed element', '<a><b></a>'],
    ['nothing but text', 'hello'],
    ['two roots', '<a/><a/>'],
    ['a raw control character', '<a>\u0001</a>'],
    ['too deep', '<a>'.repeat(17) + '</a>'.repeat(17)],
  ])('refuses %s', (_name, text) => {
    expect(codeOf(() => parseXml(bytes(text)))).toBe('MalformedXML');
  });

  it('refuses what is no UTF-8, too many elements, and nothing', () => {
    expect(codeOf(() => parseXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e])))).toBe('MalformedXML');
    expect(codeOf(() => parseXml(bytes('<a><b/><b/></a>'), { maxElements: 2 }))).toBe('MalformedXML');
    expect(codeOf(() => parseXml(bytes('')))).toBe('MissingRequestBodyError');
  });

  it('never throws anything else', () => {
    let seed = 3;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const text = `<Delete ${NS}><Object><Key>a&amp;b</Key></Object><Quiet>true</Quiet></Delete>`;
    for (let round = 0; round < 1000; round++) {
      const broken = bytes(text);
      for (let i = 0; i <= random(3); i++) broken[random(broken.length)] = random(256);
      expect([undefined, 'MalformedXML', 'NotImplemented']).toContain(codeOf(() => parseDeleteObjects(broken)));
    }
  });
});

describe('parseCompleteMultipartUpload', () => {
  const complete = (parts: string): Buffer => bytes(`<CompleteMultipartUpload ${NS}>${parts}</CompleteMultipartUpload>`);
  const part = (number: string | number, more = ''): string => `<Part><PartNumber>${number}</PartNumber><ETag>"e"</ETag>${more}</Part>`;

  it('reads parts in the order given', () => {
    const body = complete(`\n ${part(2, '<ChecksumCRC32>AAAAAA==</ChecksumCRC32>')}${part(1)}`);
    expect(parseCompleteMultipartUpload(body)).toEqual([
      { number: 2, etag: 'e', checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } },
      { number: 1, etag: 'e' },
    ]);
  });

  it.each([
    ['no part', '', 'MalformedXML'],
    ['no etag', '<Part><PartNumber>1</PartNumber></Part>', 'MalformedXML'],
    ['no number', '<Part><ETag>e</ETag></Part>', 'MalformedXML'],
    ['part zero', part(0), 'InvalidArgument'],
    ['part 10,001', part(10_001), 'InvalidArgument'],
    ['a part that is no number', part('1.5'), 'MalformedXML'],
    ['two checksums', part(1, '<ChecksumCRC32>AAAAAA==</ChecksumCRC32><ChecksumCRC32C>AAAAAA==</ChecksumCRC32C>'), 'MalformedXML'],
    ['a bad checksum', part(1, '<ChecksumCRC32>A</ChecksumCRC32>'), 'InvalidPart'],
    ['another element', '<Object/>', 'MalformedXML'],
    ['10,001 parts', part(1).repeat(10_001), 'MalformedXML'],
  ])('refuses %s', (_name, parts, code) => {
    expect(codeOf(() => parseCompleteMultipartUpload(complete(parts)))).toBe(code);
  });

  it('takes 10,000 parts', () => {
    expect(parseCompleteMultipartUpload(complete(part(1).repeat(10_000)))).toHaveLength(10_000);
  });
});

describe('parseDeleteObjects', () => {
  const remove = (content: string): Buffer => bytes(`<Delete ${NS}>${content}</Delete>`);
  const object = '<Object><Key> a </Key></Object>';

  it('reads keys exactly', () => {
    const body = remove(`<Quiet>true</Quiet>${object}<Object><Key>b</Key><VersionId>null</VersionId></Object>`);
    expect(parseDeleteObjects(body)).toEqual({
      quiet: true,
      objects: [{ key: ' a ', versionId: undefined }, { key: 'b', versionId: 'null' }],
    });
    expect(parseDeleteObjects(remove(object)).quiet).toBe(false);
  });

  it('reads conditions', () => {
    const conditional = (etag: string): string => `<Object><Key>a</Key><ETag>${etag}</ETag></Object>`;
    const body = remove(`${conditional('&quot;e&quot;')}${conditional('e')}${conditional('*')}${conditional('')}`);
    expect(parseDeleteObjects(body).objects.map(({ etag }) => etag)).toEqual(['e', 'e', '*', undefined]);
  });

  it.each([
    ['no key', '', 'MalformedXML'],
    ['an empty key', '<Object><Key/></Object>', 'MalformedXML'],
    ['a key twice', '<Object><Key>a</Key><Key>b</Key></Object>', 'MalformedXML'],
    ['1,001 keys', object.repeat(1001), 'MalformedXML'],
    ['a strange Quiet', `<Quiet>maybe</Quiet>${object}`, 'MalformedXML'],
    ['a key within a key', '<Object><Key>a<Key>b</Key></Key></Object>', 'MalformedXML'],
    ['two etags', '<Object><Key>a</Key><ETag>e</ETag><ETag>f</ETag></Object>', 'MalformedXML'],
    ['a condition on time', '<Object><Key>a</Key><LastModifiedTime>x</LastModifiedTime></Object>', 'NotImplemented'],
    ['a condition on size', '<Object><Key>a</Key><Size>1</Size></Object>', 'NotImplemented'],
    ['another element', '<Object><Key>a</Key><Other/></Object>', 'MalformedXML'],
  ])('refuses %s', (_name, content, code) => {
    expect(codeOf(() => parseDeleteObjects(remove(content)))).toBe(code);
  });
});

describe('parseCreateBucketConfiguration', () => {
  const create = (content: string): Buffer => bytes(`<CreateBucketConfiguration ${NS}>${content}</CreateBucketConfiguration>`);
  it('reads the region', () => {
    expect(parseCreateBucketConfiguration(bytes(''))).toEqual({});
    expect(parseCreateBucketConfiguration(create('<LocationConstraint>eu-west-1</LocationConstraint>'))).toEqual({
      locationConstraint: 'eu-west-1',
    });
    expect(parseCreateBucketConfiguration(create('<LocationConstraint/>')).locationConstraint).toBeUndefined();
  });
  it('reads tags', () => {
    const tag = (key: string): string => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`;
    expect(parseCreateBucketConfiguration(create(`<Tags>${tag('a')}${tag('b')}</Tags>`)).tags).toEqual({ a: 'v', b: 'v' });
    expect(parseCreateBucketConfiguration(create('<Tags/>')).tags).toBeUndefined();
    expect(codeOf(() => parseCreateBucketConfiguration(create(`<Tags>${tag('aws:x')}</Tags>`)))).toBe('InvalidTag');
    expect(codeOf(() => parseCreateBucketConfiguration(create('<Tags><Other/></Tags>')))).toBe('MalformedXML');
    expect(codeOf(() => parseCreateBucketConfiguration(create('<Tags/><Tags/>')))).toBe('MalformedXML');
  });
  it('refuses what it does not know', () => {
    expect(codeOf(() => parseCreateBucketConfiguration(create('<Bucket/>')))).toBe('NotImplemented');
    expect(codeOf(() => parseCreateBucketConfiguration(create('<X/>')))).toBe('MalformedXML');
    expect(codeOf(() => parseCreateBucketConfiguration(bytes('<X/>')))).toBe('MalformedXML');
  });
});

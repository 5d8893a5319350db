import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import { renderTagging } from '../xml/render-bucket-settings.js';
import { checkTags } from './check-tags.js';
import { parseTagging } from './parse-tagging.js';
import { parseTaggingDirective, parseTaggingHeader } from './tagging-headers.js';

function errorOf(run: () => unknown): S3Error | undefined {
  try {
    run();
  } catch (error) {
    return error as S3Error;
  }
  return undefined;
}

const tag = (key: string, value = 'v'): string => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
const document = (content: string): Buffer =>
  Buffer.from(`<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</Tagging>`);
const put = (tags: string, on: 'object' | 'bucket' = 'object') => parseTagging(document(`<TagSet>${tags}</TagSet>`), on);

describe('parseTagging', () => {
  it('keeps keys and values exactly', () => {
    expect(put(`${tag(' a ', '')}${tag('A', 'ä + - = . _ : / @ 字')}`)).toEqual({ ' a ': '', A: 'ä + - = . _ : / @ 字' });
    expect(put('')).toEqual({});
    const tags = { b: '1', a: '' };
    expect(parseTagging(Buffer.from(renderTagging(tags)), 'bucket')).toEqual(tags);
  });

  it('gives no key power', () => {
    const tags = put(`${tag('__proto__')}${tag('constructor')}`);
    expect(Object.entries(tags)).toEqual([['__proto__', 'v'], ['constructor', 'v']]);
    expect(Object.getPrototypeOf(tags)).toBe(Object.prototype);
  });

  it.each([
    ['no set', ''],
    ['two sets', '<TagSet/><TagSet/>'],
    ['no key', '<TagSet><Tag><Value>v</Value></Tag></TagSet>'],
    ['no value', '<TagSet><Tag><Key>k</Key></Tag></TagSet>'],
    ['two keys', '<TagSet><Tag><Key>k</Key><Key>k</Key><Value>v</Value></Tag></TagSet>'],
    ['an element within a key', '<TagSet><Tag><Key><b/></Key><Value>v</Value></Tag></TagSet>'],
    ['another element', '<TagSet><Tag><Key>k</Key><Value>v</Value><Other/></Tag></TagSet>'],
    ['a tag outside of the set', tag('k')],
  ])('refuses %s', (_name, content) => {
    expect(errorOf(() => parseTagging(document(content), 'object'))?.code).toBe('MalformedXML');
  });

  it.each([
    ['an empty key', tag(''), 'The TagKey you have provided is invalid', { TagKey: '' }],
    ['a comma in a key', tag('a,b'), 'The TagKey you have provided is invalid', { TagKey: 'a,b' }],
    ['a line feed in a key', tag('a\n'), 'The TagKey you have provided is invalid', { TagKey: 'a\n' }],
    ['a comma in a value', tag('a', 'v,w'), 'The TagValue you have provided is invalid', { TagKey: 'a', TagValue: 'v,w' }],
    ['a key twice', tag('a') + tag('a', 'w'), 'Cannot provide multiple Tags with the same key', { TagKey: 'a' }],
    ['a system key', tag('aws:a'), 'Your TagKey cannot be prefixed with aws:', { TagKey: 'aws:a' }],
    ['a system key in capitals', tag('AWS:a'), 'Your TagKey cannot be prefixed with aws:', { TagKey: 'AWS:a' }],
  ])('refuses %s', (_name, tags, message, fields) => {
    expect(errorOf(() => put(tags))).toMatchObject({ code: 'InvalidTag', status: 400, message, fields });
  });

  it('words system keys as AWS does elsewhere', () => {
    expect(errorOf(() => put(tag('aws:a'), 'bucket'))?.message).toBe('System tags cannot be added/updated by requester');
    expect(errorOf(() => checkTags([['aws:a', 'v']], 'new-bucket'))?.fields).toEqual({});
  });

  it('counts characters in UTF-16 units', () => {
    expect(Object.keys(put(tag('k'.repeat(128), 'v'.repeat(256))))).toHaveLength(1);
    expect(Object.keys(put(tag('𝒳'.repeat(64))))).toHaveLength(1);
    for (const tags of [tag('k'.repeat(129)), tag('k', 'v'.repeat(257)), tag(`${'𝒳'.repeat(64)}k`)]) {
      expect(errorOf(() => put(tags))?.code).toBe('InvalidTag');
    }
  });

  it('counts tags', () => {
    const many = (count: number): string => Array.from({ length: count }, (_, i) => tag(`k${i}`)).join('');
    expect(Object.keys(put(many(10)))).toHaveLength(10);
    expect(Object.keys(put(many(50), 'bucket'))).toHaveLength(50);
    expect(errorOf(() => put(many(11)))).toMatchObject({ code: 'BadRequest', message: 'Object tags cannot be greater than 10' });
    expect(errorOf(() => put(many(51), 'bucket'))).toMatchObject({
      code: 'BadRequest',
      message: 'Bucket tag count cannot be greater than 50',
    });
    expect(errorOf(() => put(many(50_000)))?.code).toBe('BadRequest');
  });
});

describe('parseTaggingHeader', () => {
  it.each([
    ['', {}],
    ['a=b', { a: 'b' }],
    ['foo=bar&bar', { foo: 'bar', bar: '' }],
    ['a=&&b=c+d%2B%3D', { a: '', b: 'c d+=' }],
    ['%C3%A4=%E5%AD%97', { ä: '字' }],
    [Buffer.from('ä=字').toString('latin1'), { ä: '字' }],
  ])('%j', (text, tags) => {
    expect(parseTaggingHeader(text)).toEqual(tags);
  });

  it.each(['a=b&a=c', 'a=b&%61=c', 'a=b=c', 'k1=v1,k2=v2', 'a=%', 'a=%zz', 'a=%ff', 'a=\u0100'])('refuses %j', (text) => {
    expect(errorOf(() => parseTaggingHeader(text))).toMatchObject({
      code: 'InvalidArgument',
      fields: { ArgumentName: 'x-amz-tagging', ArgumentValue: text },
    });
  });

  it('has the limits of objects', () => {
    const many = (count: number): string => Array.from({ length: count }, (_, i) => `k${i}=v`).join('&');
    expect(Object.keys(parseTaggingHeader(many(10)))).toHaveLength(10);
    expect(errorOf(() => parseTaggingHeader(many(11)))?.code).toBe('BadRequest');
    for (const text of ['=v', 'aws:a=b', 'a=b%2Cc', `${'k'.repeat(129)}=v`, `k=${'v'.repeat(257)}`]) {
      expect(errorOf(() => parseTaggingHeader(text))?.code).toBe('InvalidTag');
    }
  });

  it('gives no key power', () => {
    expect(Object.entries(parseTaggingHeader('__proto__=v'))).toEqual([['__proto__', 'v']]);
  });
});

describe('parseTaggingDirective', () => {
  it('knows two words', () => {
    expect(parseTaggingDirective(undefined)).toBe('COPY');
    expect(parseTaggingDirective('COPY')).toBe('COPY');
    expect(parseTaggingDirective('REPLACE')).toBe('REPLACE');
    expect(errorOf(() => parseTaggingDirective('replace'))).toMatchObject({
      code: 'InvalidArgument',
      message: 'Unknown tagging directive.',
    });
  });
});

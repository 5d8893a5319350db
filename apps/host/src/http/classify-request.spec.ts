import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { S3_PATH, classifyRequest, sentUrl } from './classify-request.js';
import { RESERVED_NAMES } from './reserved-names.js';

const DOMAINS = ['s3.example.com', 'example.org'];
const request = (url: string | undefined, host = 'localhost:9000') => ({ url, headers: { host } }) as IncomingMessage;
const classify = (url: string, host?: string) => classifyRequest(request(url, host), DOMAINS);

describe('classifyRequest', () => {
  it.each([...RESERVED_NAMES])('leaves /%s to the routes of the server, in path style', (name) => {
    expect(classify(`/${name}`)).toBe(`/${name}`);
    expect(classify(`/${name}/deep/er?x=1&y=%20`)).toBe(`/${name}/deep/er?x=1&y=%20`);
    expect(classify(`/${name}?x`)).toBe(`/${name}?x`);
  });

  it.each(['/', '/bucket', '/bucket/health', '/healthy', '/health-data/x', '/Health', '//health', '/?health', '/bucket?admin', '', '*', '/.'])(
    'gives %j to S3',
    (url) => {
      expect(classify(url)).toBe(S3_PATH);
    },
  );

  it('sees through encoding, as the router will', () => {
    expect(classify('/%68ealth')).toBe('/%68ealth');
    expect(classify('/adm%69n/plugins')).toBe('/adm%69n/plugins');
    expect(classify('/%2568ealth')).toBe(S3_PATH);
    expect(classify('/health%2Fready')).toBe(S3_PATH);
    expect(classify('/%ff')).toBe(S3_PATH);
    expect(classify('/health%')).toBe(S3_PATH);
  });

  it('reads targets in absolute form by their path', () => {
    expect(classify('http://localhost:9000/health?x=1')).toBe('/health?x=1');
    expect(classify('http://health/bucket/key')).toBe(S3_PATH);
    expect(classify('http://localhost:9000')).toBe(S3_PATH);
    expect(classify('HTTPS://localhost/admin/plugins')).toBe('/admin/plugins');
  });

  it('gives every path of a virtual host to S3: there they are keys', () => {
    expect(classify('/health', 'bucket.s3.example.com')).toBe(S3_PATH);
    expect(classify('/admin/plugins', 'a.b.example.org:9000')).toBe(S3_PATH);
    expect(classify('/health', 's3.example.com')).toBe('/health');
    expect(classify('/health', 'nots3.example.com')).toBe('/health');
  });

  it('cannot be asked for the S3 door by its inner name', () => {
    const asked = request(S3_PATH);
    expect(classifyRequest(asked, DOMAINS)).toBe(S3_PATH);
    expect(sentUrl(asked)).toBe(S3_PATH);
    expect(classify(`/_/..${S3_PATH}`)).not.toBe(S3_PATH);
  });

  it('keeps what was sent, for signatures', () => {
    const sent = request('http://h/bucket/a%2Fb?c=%7E');
    classifyRequest(sent, DOMAINS);
    sent.url = S3_PATH;
    expect(sentUrl(sent)).toBe('http://h/bucket/a%2Fb?c=%7E');
    expect(sentUrl(request('/never-classified'))).toBe('/never-classified');
    expect(sentUrl(request(undefined))).toBe('/');
  });
});

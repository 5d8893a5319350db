import { describe, expect, it } from '@jest/globals';
import { parseTarget } from '@zas/s3-protocol';
import type { S3Route } from './s3-route.js';
import { S3_ROUTES, findRoute } from './s3.routes.js';

const PATHS = { service: '/', bucket: '/bucket', object: '/bucket/key' } as const;
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'];
const WRITES = ['PUT', 'POST', 'DELETE', 'PATCH'];

/** What AWS documents as sub-resources, by where they stand; with values as clients send them. */
const SUBRESOURCES = {
  bucket: [
    'accelerate', 'acl', 'analytics', 'cors', 'delete', 'encryption', 'intelligent-tiering', 'inventory', 'lifecycle', 'location',
    'logging', 'metadataTable', 'metrics', 'notification', 'object-lock', 'ownershipControls', 'policy', 'policyStatus',
    'publicAccessBlock', 'replication', 'requestPayment', 'session', 'tagging', 'uploads', 'versioning', 'versions', 'website',
  ],
  object: [
    'acl', 'attributes', 'legal-hold', 'partNumber=1', 'renameObject', 'restore', 'retention', 'select', 'tagging', 'torrent',
    'uploadId=x', 'uploads',
  ],
} as const;

function find(method: string, rawUrl: string, headers: Record<string, string> = {}): S3Route {
  return findRoute(method, parseTarget({ host: 'localhost', rawUrl, baseDomains: [] }), headers);
}

/** The route's name, or the code that refuses. */
function nameOf(method: string, rawUrl: string, headers?: Record<string, string>): string {
  try {
    return find(method, rawUrl, headers).name;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** A request that asks for just this route. */
function requestFor(route: S3Route): [string, string, Record<string, string>] {
  const query = route.query.map((name) => (name.includes('=') ? name : `${name}=1`)).join('&');
  const headers = { ...(route.header && { [route.header]: '/other/key' }), ...(route.body === 'form' && { 'content-type': 'multipart/form-data; boundary=x' }) };
  return [route.method, `${PATHS[route.on]}${query && `?${query}`}`, headers];
}

describe('the routing table', () => {
  it.each(S3_ROUTES.map((route) => [route.name, route] as const))('%s is reached by what it asks for', (_, route) => {
    expect(find(...requestFor(route))).toBe(route);
  });

  it('names every operation once, with a permission of S3', () => {
    const names = S3_ROUTES.filter(({ access }) => access !== 'none').map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { access, action, versionAction = 's3:None' } of S3_ROUTES) {
      if (access === 'none') continue;
      expect(action).toMatch(/^s3:[A-Z]\w+$/);
      expect(versionAction).toMatch(/^s3:[A-Z]\w+$/);
    }
  });

  it('lets nobody in without a permission but preflights', () => {
    expect(S3_ROUTES.filter(({ access }) => access === 'none').map(({ method }) => method)).toEqual(['OPTIONS', 'OPTIONS']);
    expect(S3_ROUTES.filter(({ access }) => access === 'form').map(({ name }) => name)).toEqual(['PostObject']);
  });

  it('takes sub-resources without a value, with an empty one, and beside other parameters', () => {
    for (const query of ['uploads', 'uploads=', 'x-id=ListMultipartUploads&uploads&prefix=a']) {
      expect(nameOf('GET', `/bucket?${query}`)).toBe('ListMultipartUploads');
    }
    expect(nameOf('GET', '/bucket?list-type=2&prefix=x')).toBe('ListObjectsV2');
    expect(nameOf('GET', '/bucket?list-type=1')).toBe('ListObjects');
  });

  it('lets presigned parameters and unknown ones pass', () => {
    expect(nameOf('PUT', '/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0&x-id=PutObject')).toBe('PutObject');
    expect(nameOf('GET', '/bucket/key?versionId=null&response-content-type=text%2Fplain')).toBe('GetObject');
    expect(nameOf('DELETE', '/bucket/key?versionId=null')).toBe('DeleteObject');
  });

  it('does not look for sub-resources in keys', () => {
    expect(nameOf('PUT', '/bucket/uploads')).toBe('PutObject');
    expect(nameOf('DELETE', '/bucket/%3Facl')).toBe('DeleteObject');
  });

  it('tells copies from uploads by the header', () => {
    const copy = { 'x-amz-copy-source': '/other/key' };
    expect([nameOf('PUT', '/b/k', copy), nameOf('PUT', '/b/k')]).toEqual(['CopyObject', 'PutObject']);
    const part = '/b/k?partNumber=1&uploadId=x';
    expect([nameOf('PUT', part, copy), nameOf('PUT', part)]).toEqual(['UploadPartCopy', 'UploadPart']);
  });
});

describe('no write answers for what it does not own', () => {
  const cases = (['bucket', 'object'] as const).flatMap((on) => SUBRESOURCES[on].flatMap((name) => WRITES.map((method) => [method, on, name] as const)));

  it.each(cases)('%s %s?%s', (method, on, name) => {
    let found: S3Route | undefined;
    try {
      found = find(method, `${PATHS[on]}?${name}`);
    } catch (error) {
      expect((error as { code: string }).code).toMatch(/^(NotImplemented|MethodNotAllowed)$/);
    }
    if (found) expect(found.query).toContain(name.split('=')[0]);
  });

  it.each(SUBRESOURCES.object.filter((name) => !/uploads|uploadId|partNumber/.test(name)))('a copy source does not change that: PUT object?%s', (name) => {
    expect(nameOf('PUT', `/bucket/key?${name}`, { 'x-amz-copy-source': '/b/k' })).toBe(nameOf('PUT', `/bucket/key?${name}`));
  });

  it('refuses a part without its upload, and an upload without its part', () => {
    for (const query of ['partNumber=1', 'uploadId=x', 'uploads']) expect(nameOf('PUT', `/bucket/key?${query}`)).toBe('MethodNotAllowed');
    expect(nameOf('DELETE', '/bucket/key?uploads')).toBe('MethodNotAllowed');
    expect(nameOf('DELETE', '/bucket?versions')).toBe('MethodNotAllowed');
  });

  it('reads neither: a sub-resource that does not stand is not implemented for GET either', () => {
    for (const name of ['lifecycle', 'encryption', 'website', 'notification', 'replication']) expect(nameOf('GET', `/bucket?${name}`)).toBe('NotImplemented');
    expect(nameOf('GET', '/bucket/key?torrent')).toBe('NotImplemented');
  });

  it('takes a POST to a bucket for a form only when it is one', () => {
    expect(nameOf('POST', '/bucket', { 'content-type': 'Multipart/Form-Data; boundary=x' })).toBe('PostObject');
    expect(nameOf('POST', '/bucket?policy', { 'content-type': 'multipart/form-data; boundary=x' })).toBe('MethodNotAllowed');
    expect(nameOf('POST', '/bucket')).toBe('MethodNotAllowed');
  });

  it('refuses methods that S3 does not have there', () => {
    for (const method of METHODS) {
      if (method !== 'GET') expect([method, nameOf(method, '/')]).toEqual([method, 'MethodNotAllowed']);
    }
    for (const method of ['PATCH', 'POST']) expect([method, nameOf(method, '/bucket/key')]).toEqual([method, 'MethodNotAllowed']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseQuery } from '../target/query.js';
import { presignedHeaders } from './presigned-headers.js';

const SIGNED = 'X-Amz-Signature=abc';
const read = (query: string, headers = {}) => presignedHeaders(headers, parseQuery(query));

describe('headers in the query of a presigned URL', () => {
  it('counts ACL, grants, metadata, storage class and expected owner as sent', () => {
    expect(
      read(
        `x-amz-acl=private&X-Amz-Grant-Read=id%3D1&x-amz-meta-colour=bl%C3%A5&x-amz-storage-class=STANDARD&x-amz-expected-bucket-owner=1&${SIGNED}`,
      ),
    ).toEqual({
      'x-amz-acl': 'private',
      'x-amz-grant-read': 'id=1',
      'x-amz-meta-colour': 'bl\u00c3\u00a5',
      'x-amz-storage-class': 'STANDARD',
      'x-amz-expected-bucket-owner': '1',
    });
  });

  it.each(['x-amz-tagging=a%3Db', 'x-amz-checksum-crc32=AAAAAA%3D%3D', 'x-amz-object-lock-mode=GOVERNANCE', 'X-Amz-Date=20260101T000000Z', 'x-id=PutObject', 'content-type=a'])(
    'leaves %s alone',
    (parameter) => expect(read(`${parameter}&${SIGNED}`)).toEqual({}),
  );

  it('changes nothing where the URL is not presigned', () => {
    const headers = { host: 'a' };
    expect(read('x-amz-acl=private', headers)).toBe(headers);
  });

  it('lets a header win', () => {
    expect(read(`x-amz-acl=public-read&${SIGNED}`, { 'x-amz-acl': 'private' })).toEqual({ 'x-amz-acl': 'private' });
  });

  it.each(['x-amz-acl=private&x-amz-acl=public-read', 'x-amz-acl=private&X-Amz-Acl=public-read', 'x-amz-meta-a=%0D%0Ab'])('refuses %s', (parameters) => {
    expect(() => read(`${parameters}&${SIGNED}`)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });
});

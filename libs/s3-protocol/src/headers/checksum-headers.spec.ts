import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import type { S3Error } from '../errors/s3-error.js';
import { checksumHeader, readChecksumRequest, writeChecksumHeaders } from './checksum-headers.js';

describe('readChecksumRequest', () => {
  it.each<[string, IncomingHttpHeaders, object | undefined]>([
    ['nothing', {}, undefined],
    ['a value', { 'x-amz-checksum-crc32': 'AAAAAA==' }, { algorithm: 'CRC32', value: 'AAAAAA==' }],
    ['a long value', { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }, { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=' }],
    ['an algorithm only', { 'x-amz-checksum-algorithm': 'sha256' }, { algorithm: 'SHA256' }],
    [
      'a trailer',
      { 'x-amz-trailer': 'x-amz-checksum-crc32c', 'x-amz-sdk-checksum-algorithm': 'CRC32C' },
      { algorithm: 'CRC32C', trailerName: 'x-amz-checksum-crc32c' },
    ],
    [
      'a type',
      { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' },
      { algorithm: 'CRC32', type: 'FULL_OBJECT' },
    ],
  ])('%s', (_name, headers, expected) => {
    expect(readChecksumRequest(headers)).toEqual(expected);
  });

  it.each<[string, IncomingHttpHeaders]>([
    ['two values', { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' }],
    ['value and trailer', { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-trailer': 'x-amz-checksum-crc32' }],
    ['two trailers', { 'x-amz-trailer': 'x-amz-checksum-crc32, x-amz-checksum-sha1' }],
    ['an unknown trailer', { 'x-amz-trailer': 'x-amz-meta-a' }],
    ['a short value', { 'x-amz-checksum-crc32': 'AAAA' }],
    ['a value that is no base64', { 'x-amz-checksum-crc32': '!AAAAA==' }],
    ['a value of stray bits', { 'x-amz-checksum-crc32': 'AAAAAB==' }],
    ['another algorithm named', { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'SHA1' }],
    ['an unknown algorithm', { 'x-amz-checksum-algorithm': 'MD5' }],
    ['an unknown type', { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'PART' }],
    ['a type alone', { 'x-amz-checksum-type': 'COMPOSITE' }],
    ['composite CRC64NVME', { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' }],
    ['full-object SHA256', { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' }],
  ])('refuses %s', (_name, headers) => {
    let code: string | undefined;
    try {
      readChecksumRequest(headers);
    } catch (error) {
      code = (error as S3Error).code;
    }
    expect(code).toBe('InvalidRequest');
  });

  it('refuses a trailer that the framing will not carry', () => {
    const headers = { 'x-amz-trailer': 'x-amz-checksum-crc32' };
    expect(() => readChecksumRequest(headers, { kind: 'unsigned' })).toThrow('x-amz-trailer');
    expect(() => readChecksumRequest(headers, { kind: 'chunked', framing: 'signed' })).toThrow('x-amz-trailer');
    expect(readChecksumRequest(headers, { kind: 'chunked', framing: 'signed-trailer' })?.algorithm).toBe('CRC32');
  });
});

describe('writeChecksumHeaders', () => {
  it('names the algorithm and the type', () => {
    const answer: Record<string, string> = {};
    writeChecksumHeaders({ algorithm: 'SHA1', type: 'COMPOSITE', value: 'x-2' }, answer);
    expect(answer).toEqual({ [checksumHeader('SHA1')]: 'x-2', 'x-amz-checksum-type': 'COMPOSITE' });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { ErrorCode, ErrorDetails } from '@zas/plugin-api';
import { ERROR_CODES, StoreError } from '@zas/plugin-api';
import { S3_ERRORS } from './error-table.js';
import { renderErrorXml } from './render-error.js';
import { invalidArgument, s3Error } from './s3-error.js';
import { deleteMarkerError, toS3Error } from './to-s3-error.js';

describe('toS3Error', () => {
  it.each<[ErrorCode, ErrorDetails, string, number]>([
    ['not-found', { reason: 'bucket' }, 'NoSuchBucket', 404],
    ['not-found', { reason: 'object' }, 'NoSuchKey', 404],
    ['not-found', {}, 'NoSuchKey', 404],
    ['not-found', { reason: 'version' }, 'NoSuchVersion', 404],
    ['not-found', { reason: 'upload' }, 'NoSuchUpload', 404],
    ['not-found', { reason: 'part' }, 'InvalidPart', 400],
    ['already-exists', { reason: 'bucket' }, 'BucketAlreadyExists', 409],
    ['already-exists', { reason: 'bucket-owned-by-you' }, 'BucketAlreadyOwnedByYou', 409],
    ['conflict', { reason: 'bucket-not-empty' }, 'BucketNotEmpty', 409],
    ['conflict', { reason: 'source-changed', retriable: true }, 'OperationAborted', 409],
    ['conflict', { reason: 'bucket-changed', retriable: true }, 'OperationAborted', 409],
    ['conflict', { reason: 'object-changed', retriable: true }, 'OperationAborted', 409],
    ['conflict', { reason: 'versioning' }, 'InvalidBucketState', 409],
    ['conflict', { reason: 'object-lock' }, 'InvalidBucketState', 409],
    ['conflict', { reason: 'client-token' }, 'IdempotencyParameterMismatch', 400],
    ['conflict', { reason: 'epoch-closed' }, 'ServiceUnavailable', 503],
    ['invalid-argument', { reason: 'part-size' }, 'EntityTooSmall', 400],
    ['invalid-argument', { reason: 'part-order' }, 'InvalidPartOrder', 400],
    ['invalid-argument', { reason: 'object-lock' }, 'InvalidRequest', 400],
    ['precondition-failed', { condition: 'If-Match' }, 'PreconditionFailed', 412],
    ['access-denied', {}, 'AccessDenied', 403],
    ['locked', {}, 'AccessDenied', 403],
    ['integrity', {}, 'BadDigest', 400],
    ['slow-down', {}, 'SlowDown', 503],
    ['no-space', {}, 'ServiceUnavailable', 503],
    ['corrupt', {}, 'InternalError', 500],
  ])('%s %j → %s', (code, details, expected, status) => {
    expect(toS3Error(new StoreError(code, 'm', { details }))).toMatchObject({ code: expected, status });
  });

  it('says how long to wait', () => {
    expect(toS3Error(new StoreError('slow-down', 'm')).headers).toMatchObject({ 'retry-after': '1' });
    expect(toS3Error(new StoreError('slow-down', 'm', { details: { retryAfterSeconds: 7 } })).headers).toMatchObject({ 'retry-after': '7' });
  });

  it('knows every code of the plugin line', () => {
    for (const code of ERROR_CODES) expect(toS3Error(new StoreError(code, 'm')).status).toBeGreaterThanOrEqual(400);
  });

  it('has AWS words for locks', () => {
    const locked = toS3Error(new StoreError('locked', 'm'));
    expect(locked.message).toBe('Access Denied because object protected by object lock.');
    const missing = toS3Error(new StoreError('invalid-argument', 'm', { details: { reason: 'object-lock' } }));
    expect(missing.message).toBe('Bucket is missing Object Lock Configuration');
  });

  it('names the precondition and tells of delete markers', () => {
    const failed = toS3Error(new StoreError('precondition-failed', 'm', { details: { condition: 'If-None-Match' } }));
    expect(failed.fields).toEqual({ Condition: 'If-None-Match' });
    const details = { reason: 'delete-marker', versionId: 'v' } as const;
    const marker = toS3Error(new StoreError('not-found', 'm', { details }), { key: 'k', method: 'GET' });
    expect(marker).toMatchObject({ code: 'NoSuchKey', fields: { Key: 'k' } });
    expect(marker.headers).toEqual({ 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'v' });
  });

  it('does not allow what names a delete marker', () => {
    const modifiedAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const details = { reason: 'delete-marker', versionId: 'v', named: true, modifiedAt } as const;
    const named = toS3Error(new StoreError('not-found', 'm', { details }), { method: 'GET' });
    expect(named).toMatchObject({ code: 'MethodNotAllowed', status: 405 });
    expect(named.fields).toEqual({ Method: 'GET', ResourceType: 'DeleteMarker' });
    expect(named.headers).toEqual({
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': 'v',
      'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
      allow: 'DELETE',
    });
    expect(deleteMarkerError({}).fields).toEqual({ ResourceType: 'DeleteMarker' });
  });

  it.each<[ErrorCode, ErrorDetails, Record<string, string>]>([
    ['not-found', { reason: 'bucket' }, { BucketName: 'b' }],
    ['not-found', { reason: 'bucket', bucket: 'other' }, { BucketName: 'other' }],
    ['not-found', { reason: 'object' }, { Key: 'k' }],
    ['not-found', { reason: 'version' }, { Key: 'k', VersionId: 'v' }],
    ['not-found', { reason: 'upload' }, { UploadId: 'u' }],
    ['conflict', { reason: 'bucket-not-empty' }, { BucketName: 'b' }],
    ['already-exists', { reason: 'bucket' }, { BucketName: 'b' }],
    ['invalid-argument', { reason: 'part', partNumber: 2, etag: 'e' }, { UploadId: 'u', PartNumber: '2', ETag: 'e' }],
    ['invalid-argument', { reason: 'part-order' }, { UploadId: 'u' }],
    [
      'invalid-argument',
      { reason: 'part-size', proposedSize: 4, minSizeAllowed: 5, partNumber: 1, etag: 'e' },
      { ProposedSize: '4', MinSizeAllowed: '5', PartNumber: '1', ETag: 'e' },
    ],
    ['too-large', { proposedSize: 0, maxSize: 5 }, { ProposedSize: '0', MaxSizeAllowed: '5' }],
    ['access-denied', {}, {}],
  ])('%s %j has the elements %j', (code, details, fields) => {
    const request = { bucket: 'b', key: 'k', versionId: 'v', uploadId: 'u', method: 'GET' };
    expect(toS3Error(new StoreError(code, 'm', { details }), request).fields).toEqual(fields);
  });

  it('leaks nothing of a defect', () => {
    for (const thrown of [new Error('/secret/path'), 'text', undefined, new StoreError('internal', '/secret/path')]) {
      const error = toS3Error(thrown, { bucket: 'b' });
      expect(error.code).toBe('InternalError');
      expect(renderErrorXml(error, { resource: '/', requestId: 'r', hostId: 'h' })).not.toContain('secret');
    }
    const unknown = new StoreError('from-a-newer-plugin' as ErrorCode, 'm');
    expect(toS3Error(unknown).code).toBe('InternalError');
  });

  it('takes a reason that it does not know for none', () => {
    for (const reason of ['from-a-newer-plugin', '__proto__', 'constructor']) {
      const details = { reason } as unknown as ErrorDetails;
      expect(toS3Error(new StoreError('conflict', 'm', { details })).code).toBe('OperationAborted');
    }
  });

  it('passes an S3Error on, completed', () => {
    const error = s3Error('InvalidRange');
    expect(toS3Error(error)).toBe(error);
    expect(toS3Error(error, { bucket: 'b' })).toBe(error);
    const headers = { 'x-amz-request-charged': 'requester' };
    const tags = s3Error('NoSuchTagSet', { message: 'mine', headers, cause: error });
    const completed = toS3Error(tags, { bucket: 'b' });
    expect(completed).toMatchObject({ code: 'NoSuchTagSet', message: 'mine', headers, cause: error });
    expect(completed.fields).toEqual({ BucketName: 'b' });
    const named = s3Error('NoSuchKey', { fields: { Key: 'source' } });
    expect(toS3Error(named, { key: 'target' })).toBe(named);
  });
});

describe('the error table', () => {
  it('has a wording and a status for every code', () => {
    for (const { status, message } of Object.values(S3_ERRORS)) {
      expect(status).toBeGreaterThanOrEqual(300);
      expect(message).not.toBe('');
    }
  });
  it('repeats a value only when there is one', () => {
    expect(invalidArgument('m', 'n').fields).toEqual({ ArgumentName: 'n' });
    expect(invalidArgument('m', 'n', '').fields).toEqual({ ArgumentName: 'n', ArgumentValue: '' });
  });
});

describe('renderErrorXml', () => {
  it('is AWS-shaped and escaped', () => {
    const error = s3Error('NoSuchBucket', { fields: { BucketName: 'a<b>&"\u0001' } });
    expect(renderErrorXml(error, { resource: '/a<b>', requestId: 'R1', hostId: 'H1' })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message><BucketName>a&lt;b&gt;&amp;&quot;&#x1;</BucketName><Resource>/a&lt;b&gt;</Resource><RequestId>R1</RequestId><HostId>H1</HostId></Error>',
    );
  });
});

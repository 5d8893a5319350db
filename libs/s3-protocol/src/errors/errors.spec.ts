import { describe, expect, it } from '@jest/globals';
import type { ErrorCode, ErrorDetails } from '@zas/plugin-api';
import { ERROR_CODES, StoreError } from '@zas/plugin-api';
import { renderErrorXml } from './render-error.js';
import { s3Error } from './s3-error.js';
import { toS3Error } from './to-s3-error.js';

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
    ['conflict', { reason: 'epoch-closed' }, 'ServiceUnavailable', 503],
    ['invalid-argument', { reason: 'part-size' }, 'EntityTooSmall', 400],
    ['invalid-argument', { reason: 'part-order' }, 'InvalidPartOrder', 400],
    ['precondition-failed', { condition: 'If-Match' }, 'PreconditionFailed', 412],
    ['access-denied', {}, 'AccessDenied', 403],
    ['integrity', {}, 'BadDigest', 400],
    ['slow-down', {}, 'SlowDown', 503],
    ['no-space', {}, 'ServiceUnavailable', 503],
    ['corrupt', {}, 'InternalError', 500],
  ])('%s %j → %s', (code, details, expected, status) => {
    expect(toS3Error(new StoreError(code, 'm', { details }))).toMatchObject({ code: expected, status });
  });

  it('knows every code of the plugin line', () => {
    for (const code of ERROR_CODES) expect(toS3Error(new StoreError(code, 'm')).status).toBeGreaterThanOrEqual(400);
  });

  it('names the precondition and tells of delete markers', () => {
    const failed = toS3Error(new StoreError('precondition-failed', 'm', { details: { condition: 'If-None-Match' } }));
    expect(failed.fields).toEqual({ Condition: 'If-None-Match' });
    const marker = toS3Error(new StoreError('not-found', 'm', { details: { reason: 'delete-marker', versionId: 'v' } }));
    expect(marker.headers).toEqual({ 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'v' });
  });

  it('leaks nothing of a defect', () => {
    for (const thrown of [new Error('/secret/path'), 'text', undefined, new StoreError('internal', '/secret/path')]) {
      const error = toS3Error(thrown);
      expect(error.code).toBe('InternalError');
      expect(renderErrorXml(error, { resource: '/', requestId: 'r', hostId: 'h' })).not.toContain('secret');
    }
    const unknown = new StoreError('from-a-newer-plugin' as ErrorCode, 'm');
    expect(toS3Error(unknown).code).toBe('InternalError');
  });

  it('passes an S3Error on', () => {
    const error = s3Error('InvalidRange');
    expect(toS3Error(error)).toBe(error);
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

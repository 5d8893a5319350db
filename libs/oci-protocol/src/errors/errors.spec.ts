import { describe, expect, it } from '@jest/globals';
import type { ErrorCode, ErrorDetails, ErrorReason } from '@zas/plugin-api';
import { ERROR_CODES, StoreError } from '@zas/plugin-api';
import { OCI_ERRORS } from './error-table.js';
import { badRequest, ociError, OciError, repeated } from './oci-error.js';
import { renderErrors } from './render-errors.js';
import type { ErrorSubject } from './to-oci-errors.js';
import { toOciError, toOciErrors } from './to-oci-errors.js';

const storeError = (code: ErrorCode, reason?: string, more: Record<string, string | number | boolean> = {}): StoreError =>
  new StoreError(code, 'from the store', { details: { ...more, reason } as ErrorDetails });

describe('the error table', () => {
  it('has a wording and a status for every code, and codes as the specification writes them', () => {
    for (const [code, { status, message }] of Object.entries(OCI_ERRORS)) {
      expect(code).toMatch(/^[A-Z_]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(message).not.toBe('');
    }
  });
});

describe('toOciError', () => {
  it.each<[ErrorCode, string, number]>([
    ['invalid-argument', 'UNSUPPORTED', 400],
    ['unauthenticated', 'UNAUTHORIZED', 401],
    ['access-denied', 'DENIED', 403],
    ['not-found', 'NAME_UNKNOWN', 404],
    ['already-exists', 'DENIED', 409],
    ['precondition-failed', 'DENIED', 412],
    ['conflict', 'DENIED', 409],
    ['locked', 'DENIED', 403],
    ['integrity', 'SIZE_INVALID', 400],
    ['too-large', 'SIZE_INVALID', 413],
    ['quota-exceeded', 'DENIED', 403],
    ['no-space', 'UNAVAILABLE', 503],
    ['slow-down', 'TOOMANYREQUESTS', 429],
    ['unavailable', 'UNAVAILABLE', 503],
    ['timeout', 'UNAVAILABLE', 503],
    ['aborted', 'UNAVAILABLE', 503],
    ['corrupt', 'UNKNOWN', 500],
    ['not-implemented', 'UNSUPPORTED', 405],
    ['internal', 'UNKNOWN', 500],
  ])('%s is %s %d', (code, expected, status) => {
    expect(toOciError(storeError(code))).toMatchObject({ code: expected, status });
  });

  it('knows every code', () => {
    for (const code of ERROR_CODES) expect(toOciError(storeError(code))).toBeInstanceOf(OciError);
  });

  it.each<[ErrorReason, ErrorCode, string, number]>([
    ['repository', 'not-found', 'NAME_UNKNOWN', 404],
    ['repository', 'invalid-argument', 'NAME_INVALID', 400],
    ['repository-not-empty', 'conflict', 'DENIED', 409],
    ['manifest', 'not-found', 'MANIFEST_UNKNOWN', 404],
    ['manifest', 'invalid-argument', 'MANIFEST_INVALID', 400],
    ['manifest', 'too-large', 'MANIFEST_INVALID', 413],
    ['manifest-reference', 'not-found', 'MANIFEST_BLOB_UNKNOWN', 404],
    ['manifest-referenced', 'conflict', 'UNSUPPORTED', 405],
    ['blob', 'not-found', 'BLOB_UNKNOWN', 404],
    ['blob-referenced', 'conflict', 'UNSUPPORTED', 405],
    ['tag', 'not-found', 'MANIFEST_UNKNOWN', 404],
    ['tag', 'invalid-argument', 'TAG_INVALID', 400],
    ['tag', 'too-large', 'TAG_INVALID', 414],
    ['tag-immutable', 'conflict', 'DENIED', 409],
    ['tag-immutable', 'locked', 'DENIED', 409],
    ['tag-moved', 'conflict', 'DENIED', 409],
    ['tag-moved', 'precondition-failed', 'DENIED', 412],
    ['tags-changed', 'conflict', 'UNAVAILABLE', 503],
    ['upload', 'not-found', 'BLOB_UPLOAD_UNKNOWN', 404],
    ['upload', 'invalid-argument', 'BLOB_UPLOAD_INVALID', 400],
    ['upload', 'conflict', 'BLOB_UPLOAD_INVALID', 409],
    ['write-offset', 'invalid-argument', 'RANGE_INVALID', 416],
    ['digest', 'integrity', 'DIGEST_INVALID', 400],
    ['upload-busy', 'conflict', 'BLOB_UPLOAD_INVALID', 409],
    ['upload-range', 'conflict', 'RANGE_INVALID', 416],
    ['manifest-used', 'conflict', 'DENIED', 409],
    ['content-deleting', 'conflict', 'UNAVAILABLE', 503],
  ])('%s makes of %s %s %d', (reason, code, expected, status) => {
    expect(toOciError(storeError(code, reason))).toMatchObject({ code: expected, status });
  });

  it.each<[ErrorCode, string | undefined, ErrorSubject, object | undefined]>([
    ['not-found', 'repository', { name: 'a/b' }, { name: 'a/b' }],
    ['not-found', 'tag', { name: 'a', tag: 't', uploadId: 'u' }, { name: 'a', tag: 't' }],
    ['not-found', 'blob', { name: 'a', digest: 'd' }, { digest: 'd' }],
    ['not-found', 'upload', { uploadId: 'u' }, { uploadId: 'u' }],
    ['access-denied', undefined, {}, undefined],
    ['internal', undefined, { name: 'a' }, undefined],
  ])('%s %s about %j has the detail %j', (code, reason, subject, detail) => {
    expect(toOciError(storeError(code, reason), subject).detail).toEqual(detail);
  });

  it('prefers the details of the error to the request', () => {
    expect(toOciError(storeError('not-found', 'blob', { digest: 'own' }), { digest: 'asked' }).detail).toEqual({ digest: 'own' });
  });

  it('says when a repeat may succeed', () => {
    expect(toOciError(storeError('slow-down')).headers).toEqual({ 'retry-after': '1' });
    expect(toOciError(new StoreError('slow-down', 'x', { details: { retryAfterSeconds: 7 } })).headers).toEqual({ 'retry-after': '7' });
    expect(toOciError(storeError('conflict', 'lease-lost')).headers).toEqual({ 'retry-after': '1' });
    expect(toOciError(storeError('conflict', undefined, { retriable: true }))).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    expect(toOciError(storeError('conflict', 'tag-immutable', { retriable: true })).status).toBe(409);
    expect(toOciError(storeError('conflict')).headers).toEqual({});
  });

  it('shows the words of the store for invalid arguments only', () => {
    expect(toOciError(storeError('invalid-argument')).message).toBe('from the store');
    for (const code of ERROR_CODES) {
      if (code !== 'invalid-argument') expect(toOciError(storeError(code)).message).not.toContain('store');
    }
  });

  it('leaks nothing of a defect', () => {
    for (const thrown of [new Error('/secret/path'), 'text', undefined, null, new StoreError('internal', '/secret/path')]) {
      const error = toOciError(thrown, { name: 'a' });
      expect(error.code).toBe('UNKNOWN');
      expect(renderErrors(error)).not.toContain('secret');
    }
    expect(toOciError(new StoreError('from-a-newer-plugin' as ErrorCode, 'm')).code).toBe('UNKNOWN');
  });

  it('takes a reason that it does not know for none', () => {
    for (const reason of ['from-a-newer-plugin', '__proto__', 'constructor', 'toString']) {
      expect(toOciError(storeError('not-found', reason)).code).toBe('NAME_UNKNOWN');
    }
  });

  it('passes an OciError on', () => {
    const error = ociError('TAG_INVALID');
    expect(toOciErrors(error, { name: 'a' })).toEqual([error]);
    expect(toOciError(error)).toBe(error);
  });

  it('tells of each missing reference', () => {
    const errors = toOciErrors(storeError('not-found', 'manifest-reference', { digest: 'sha256:a,sha256:b' }));
    expect(errors.map(({ code, status, detail }) => [code, status, detail])).toEqual([
      ['MANIFEST_BLOB_UNKNOWN', 404, { digest: 'sha256:a' }],
      ['MANIFEST_BLOB_UNKNOWN', 404, { digest: 'sha256:b' }],
    ]);
    expect(toOciErrors(storeError('not-found', 'manifest-reference', { digest: 'd,'.repeat(5000) }))).toHaveLength(100);
    expect(toOciErrors(storeError('not-found', 'blob', { digest: 'a,b' }))).toHaveLength(1);
  });
});

describe('renderErrors', () => {
  it('is the body of the specification', () => {
    expect(renderErrors(ociError('BLOB_UNKNOWN', { detail: { digest: 'd' } }))).toBe(
      '{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry","detail":{"digest":"d"}}]}',
    );
    expect(renderErrors([ociError('DENIED'), badRequest('no', ['x'])])).toBe(
      '{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"},{"code":"UNSUPPORTED","message":"no","detail":["x"]}]}',
    );
  });

  it('repeats long texts in part', () => {
    expect(repeated('x'.repeat(256))).toHaveLength(256);
    expect(repeated('x'.repeat(10_000))).toHaveLength(257);
  });
});

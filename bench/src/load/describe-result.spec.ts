import { describe, expect, it } from '@jest/globals';
import { describeResult } from './describe-result.js';

const metrics = { http_reqs: { count: 1234 }, http_req_failed: { passes: 2, fails: 1232 }, checks: { passes: 2000, fails: 3 } };

describe('describeResult', () => {
  it('counts', () => {
    const text = '1,234 requests, 2 failed, 2,003 checks, 3 wrong, 5.1 s';
    expect(describeResult('s3-put', { exitCode: 0, seconds: 5.12, output: '', summary: { metrics } })).toBe(`passed s3-put        ${text}`);
    expect(describeResult('s3-put', { exitCode: 99, seconds: 5.12, output: '', summary: { metrics } })).toBe(`FAILED s3-put        ${text}`);
  });

  it('says when there are no figures', () => {
    expect(describeResult('s3-put', { exitCode: 107, seconds: 1, output: '' })).toContain('k6 left no figures');
  });
});

import { describe, expect, it } from '@jest/globals';
import { readSummary } from './run-oci-suite.js';

describe('the driver of the OCI conformance suite', () => {
  it('reads the summary', () => {
    const report = '<testsuites tests="9"><testsuite name="OCI" tests="862" failures="1" errors="2" disabled="2" skipped="4" time="6.0">';
    expect(readSummary(report)).toEqual({ tests: 862, failed: 3, skipped: 4, disabled: 2 });
    expect(() => readSummary('')).toThrow('cannot be read');
  });
});

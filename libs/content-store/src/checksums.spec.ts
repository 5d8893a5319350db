import crypto from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ChecksumAlgorithm } from '@zas/plugin-api';
import { checksumOf, startChecksum } from './checksums.js';
import { combineCrcs, compositeChecksum } from './combine-checksums.js';

const ALGORITHMS: ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];
const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');
const check = Buffer.from('123456789');

describe('checksums', () => {
  it('gives the published check values', () => {
    expect(hex(checksumOf('CRC32', check))).toBe('cbf43926');
    expect(hex(checksumOf('CRC32C', check))).toBe('e3069283');
    expect(hex(checksumOf('CRC64NVME', check))).toBe('ae8b14860a799888');
    expect(hex(checksumOf('SHA1', check))).toBe(crypto.hash('sha1', check, 'hex'));
    expect(hex(checksumOf('SHA256', check))).toBe(crypto.hash('sha256', check, 'hex'));
  });

  it.each(ALGORITHMS)('%s: interleaved running sums agree with one-shots, over shared memory too', (algorithm) => {
    const bytes = crypto.randomBytes(10_000);
    const shared = Buffer.from(new SharedArrayBuffer(10_000));
    shared.set(bytes);
    const [one, other] = [startChecksum(algorithm), startChecksum(algorithm)];
    for (let at = 0; at < bytes.length; at += 777) {
      one.update(bytes.subarray(at, at + 777));
      other.update(shared.subarray(at, at + 777));
      checksumOf(algorithm, check);
    }
    expect(one.digest()).toBe(checksumOf(algorithm, bytes));
    expect(other.digest()).toBe(checksumOf(algorithm, bytes));
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s of parts combines to that of the whole', (algorithm) => {
    const whole = crypto.randomBytes(100_001);
    const cuts = [0, 1, 1, 70_000, 100_001];
    const parts = cuts.slice(1).map((to, i) => whole.subarray(cuts[i], to));
    const combined = combineCrcs(algorithm, parts.map((part) => ({ value: checksumOf(algorithm, part), size: part.length })));
    expect(combined).toBe(checksumOf(algorithm, whole));
  });

  it('makes composite checksums of the raw values', () => {
    const values = ['a', 'b'].map((text) => crypto.hash('sha256', text, 'base64'));
    const expected = crypto.hash('sha256', Buffer.concat(values.map((value) => Buffer.from(value, 'base64'))), 'base64');
    expect(compositeChecksum('SHA256', values)).toBe(`${expected}-2`);
  });
});

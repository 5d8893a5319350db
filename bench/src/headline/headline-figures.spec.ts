import { describe, expect, it } from '@jest/globals';
import { WORK_NAMES } from '../http/works.js';
import { MICRO_BENCHMARKS } from '../micro/micro-benchmarks.js';
import { HTTP_HEADLINES, MICRO_HEADLINES, renderHeadlines } from './headline-figures.js';

describe('headlines', () => {
  it('name works that exist', () => {
    const micro = MICRO_BENCHMARKS.map(({ name }) => name);
    for (const { work } of MICRO_HEADLINES) expect(micro).toContain(work);
    for (const { work } of HTTP_HEADLINES) expect(WORK_NAMES).toContain(work);
  });

  it('stand beside what was measured', () => {
    const row = { group: 'micro', work: 'meta-find', target: 'metadata store', clients: 1, operations: 1, perSecond: 1, p50Ms: 0.0085, cpuMsPerOperation: 0.01, errors: 0 } as const;
    const lines = renderHeadlines([row, { ...row, clients: 16, p50Ms: 1, perSecond: 100_000, cpuMsPerOperation: 0.005 }]).split('\n');
    expect(lines).toContain('| get metadata (`meta-find`) | 85.0 µs | 8.50 µs | 10 × | 10.0 µs | 8.5 × | 10.0 µs | 5.00 µs |');
    expect(lines).toContain('| HEAD (`head`) | 1.20 ms | – | – | – | – | – | – |');
  });
});

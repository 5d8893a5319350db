import { describe, expect, it } from '@jest/globals';
import { combineRounds, type Row } from './rows.js';

const row = (changes: Partial<Row> = {}): Row => ({ group: 'http', work: 'put4k', target: 'ours', clients: 1, operations: 10, perSecond: 5, errors: 0, ...changes });

describe('combineRounds', () => {
  it('takes the median of each figure by itself and sums errors', () => {
    const rounds = [row({ perSecond: 3, p99Ms: 9 }), row({ perSecond: 7, p99Ms: 1, errors: 2, firstError: 'no' }), row({ perSecond: 5, p99Ms: 2, errors: 1 })];
    expect(combineRounds(rounds)).toEqual([expect.objectContaining({ perSecond: 5, p99Ms: 2, errors: 3, firstError: 'no', operations: 10 })]);
  });

  it('keeps kinds apart, in order', () => {
    const rows = [row({ clients: 16 }), row(), row({ target: 'peer' }), row({ work: 'head' }), row()];
    expect(combineRounds(rows).map(({ work, target, clients }) => [work, target, clients])).toEqual([
      ['put4k', 'ours', 16],
      ['put4k', 'ours', 1],
      ['put4k', 'peer', 1],
      ['head', 'ours', 1],
    ]);
  });

  it('leaves out what no round measured', () => {
    expect(combineRounds([row(), row()])[0]!.cpuMsPerOperation).toBeUndefined();
    expect(combineRounds([row(), row({ cpuMsPerOperation: 2 })])[0]!.cpuMsPerOperation).toBe(2);
  });
});

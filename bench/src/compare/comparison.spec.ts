import { describe, expect, it } from '@jest/globals';
import type { Row } from '../report/rows.js';
import { compare, type Turn } from './comparison.js';
import { describeProblems, renderComparisons } from './render-comparison.js';
import { renderChart } from './render-chart.js';

const row = (target: string, perSecond: number, cpuMsPerOperation: number, changes: Partial<Row> = {}): Row => ({
  ...{ group: 'http', work: 'put4k', target, clients: 16, operations: 10, perSecond, cpuMsPerOperation, peakMegabytes: 100, errors: 0 },
  ...changes,
});
const turn = (server: string, startMs: number, ...rows: Row[]): Turn => ({ server, startMs, rows });

const ROUNDS = [
  [turn('ours', 500, row('ours', 1000, 1)), turn('minio', 900, row('minio', 500, 3))],
  [turn('minio', 1100, row('minio', 100, 2, { peakMegabytes: 300 })), turn('ours', 700, row('ours', 1000, 4))],
  [turn('ours', 600, row('ours', 4000, 2)), turn('minio', 1000, row('minio', 3000, 4, { errors: 2, firstError: 'status 503 & more' }))],
];

describe('compare', () => {
  const comparison = compare({ protocol: 's3', rounds: ROUNDS });

  it('takes medians of figures, and of the ratios that each round has by itself', () => {
    expect(comparison.rows.map(({ target, perSecond, rateRatio, cpuMsPerOperation, cpuRatio }) => [target, perSecond, rateRatio, cpuMsPerOperation, cpuRatio])).toEqual([
      ['ours', 1000, undefined, 2, undefined],
      ['minio', 500, 0.5, 3, 2],
    ]);
  });

  it('describes the servers, ours first whoever began', () => {
    expect(comparison.servers).toEqual([
      { server: 'ours', startMs: 600, peakMegabytes: 100, failures: [] },
      { server: 'minio', startMs: 1000, peakMegabytes: 100, failures: [] },
    ]);
  });

  it('keeps a server that could not be measured, with the reason', () => {
    const failed: Turn = { server: 'minio', rows: [], failure: 'It did not start' };
    const { servers, rows } = compare({ protocol: 's3', rounds: [[turn('ours', 500, row('ours', 1000, 1)), failed], [failed]] });
    expect(servers[1]).toEqual({ server: 'minio', startMs: undefined, peakMegabytes: undefined, failures: ['It did not start'] });
    expect(rows).toHaveLength(1);
    expect(describeProblems([{ protocol: 's3', servers, rows }])).toEqual(['minio: It did not start']);
  });

  it('has no ratio where one of the two did nothing', () => {
    const { rows } = compare({ protocol: 's3', rounds: [[turn('ours', 1, row('ours', 0, 1, { cpuMsPerOperation: undefined })), turn('minio', 1, row('minio', 5, 1))]] });
    expect(rows[1]).toMatchObject({ rateRatio: undefined, cpuRatio: undefined });
  });
});

describe('renderComparisons', () => {
  const comparisons = [compare({ protocol: 's3', rounds: ROUNDS })];
  const cells = renderComparisons(comparisons).split('\n').map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

  it('says of each server whether its 200 is durable, and its ratios', () => {
    expect(cells).toContainEqual(['ours', '600', '100', expect.stringMatching(/^yes/)]);
    expect(cells).toContainEqual(['minio', '1,000', '100', expect.stringMatching(/^mostly/)]);
    expect(cells).toContainEqual(['put4k', '16', 'ours', '1,000', '', '–', '2.00', '', '100', '0']);
    expect(cells).toContainEqual(['put4k', '16', 'minio', '500', '0.50', '–', '3.00', '2.00', '100', '2']);
  });

  it('shows wrong answers', () => {
    expect(describeProblems(comparisons)).toEqual(['minio: put4k, 16 clients: 2 wrong answers, the first: status 503 & more']);
  });
});

describe('renderChart', () => {
  it('has a bar for each ratio of each peer, to the side on which it belongs', () => {
    const svg = renderChart([compare({ protocol: 's3', rounds: ROUNDS })]);
    const bars = [...svg.matchAll(/<rect class="c0" x="([\d.]+)" y="\d+" width="([\d.]+)" height="11"/g)].map(([, x, width]) => [Number(x), Number(width)] as const);
    const ones = [...svg.matchAll(/<line class="one" x1="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(bars).toHaveLength(2);
    // Half the rate ends at the line, twice the processor time begins there; both are as long.
    expect(bars[0]![0] + bars[0]![1]).toBeCloseTo(ones[0]!, 0);
    expect(bars[1]![0]).toBeCloseTo(ones[1]!, 0);
    expect(bars[0]![1]).toBeCloseTo(bars[1]![1], 0);
    expect(svg).toContain('put4k, 16 clients');
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('is well-formed whatever names hold, and says what was not measured', () => {
    const odd = [turn('ours', 1, row('ours', 1, 1)), turn('a<b>&"c"', 1, row('a<b>&"c"', 2, 1, { cpuMsPerOperation: undefined }))];
    const svg = renderChart([compare({ protocol: 'oci', rounds: [odd] })]);
    expect(svg).toContain('a&lt;b&gt;&amp;&quot;c&quot;');
    expect(svg).toContain('not measured');
    expect(svg.match(/<(\w+)[^>]*[^/]>/g)!.length - 1).toBe(svg.match(/<\/\w+>/g)!.length - 1);
  });
});

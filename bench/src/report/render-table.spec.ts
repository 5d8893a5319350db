import { describe, expect, it } from '@jest/globals';
import { renderTables, showNumber } from './render-table.js';

describe('showNumber', () => {
  it.each([
    [12_345.6, '12,346'],
    [123.4, '123'],
    [12.34, '12.3'],
    [1.234, '1.23'],
    [0.1234, '0.123'],
    [0, '0.000'],
  ])('%d is %s', (value, text) => {
    expect(showNumber(value)).toBe(text);
  });
});

describe('renderTables', () => {
  it('renders each group that has rows, unknown figures as dashes', () => {
    const text = renderTables([{ group: 'http', work: 'put4k', target: 'ours', clients: 16, operations: 1, perSecond: 5000, p50Ms: 1.5, errors: 0 }]);
    expect(text).toContain('HTTP');
    expect(text).not.toContain('Stores');
    const [head, rule, line] = text.split('\n').slice(2);
    expect(new Set([head!.length, rule!.length, line!.length]).size).toBe(1);
    expect(line!.split('|').map((cell) => cell.trim())).toEqual(['', 'put4k', 'ours', '16', '5,000', '–', '1.50', '–', '–', '–', '–', '–', '0', '']);
  });

  it('shows stores in microseconds', () => {
    const text = renderTables([{ group: 'stores', work: 'meta-find', target: 'memory', clients: 1, operations: 1, perSecond: 10, meanMs: 0.25, cpuMsPerOperation: 0.5, errors: 0 }]);
    expect(text).toContain(' 250 ');
    expect(text).toContain(' 500 ');
  });
});

import { describe, expect, it } from '@jest/globals';
import { parsePeakResident, parseStat, readUsage, treeOf } from './process-usage.js';

/** A line as the kernel writes it: 150 ticks of user time, 50 of system time. */
const line = (name: string, parent = 17) =>
  `4242 (${name}) S ${parent} 4242 17 34816 4242 4194304 9001 12 3 0 150 50 7 8 20 0 11 0 123456 1234567890 45678 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0`;

describe('parseStat', () => {
  it.each(['node', 'tmux: server', 'a) S 1 2 (b', '((()))', ') R 9 9 9', ''])('counts behind the name %j', (name) => {
    expect(parseStat(line(name))).toEqual({ parent: 17, userMs: 1500, systemMs: 500 });
  });

  it('refuses what is no such line', () => {
    for (const text of ['', '4242 node S 17', '4242 (node)', '4242 (node) S x 1 1']) expect(parseStat(text)).toBeUndefined();
  });
});

describe('parsePeakResident', () => {
  it('finds the peak', () => {
    expect(parsePeakResident('Name:\tnode\nVmPeak:\t  999999 kB\nVmHWM:\t  123456 kB\nVmRSS:\t  100000 kB\n')).toBe(123456 * 1024);
    expect(parsePeakResident('Name:\tkthreadd\n')).toBeUndefined();
  });
});

describe('treeOf', () => {
  it('finds descendants of any depth and nothing else', () => {
    const stats = new Map([
      [1, { parent: 0, userMs: 0, systemMs: 0 }],
      [5, { parent: 1, userMs: 0, systemMs: 0 }],
      [3, { parent: 5, userMs: 0, systemMs: 0 }],
      [9, { parent: 3, userMs: 0, systemMs: 0 }],
      [4, { parent: 1, userMs: 0, systemMs: 0 }],
    ]);
    expect([...treeOf(5, stats)].sort()).toEqual([3, 5, 9]);
    expect(treeOf(6, stats)).toEqual([]);
  });
});

describe('readUsage', () => {
  it('answers undefined for a process that is not there', () => {
    expect(readUsage(2 ** 30)).toBeUndefined();
  });
});

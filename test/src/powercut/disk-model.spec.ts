import { describe, expect, it } from '@jest/globals';
import { Random } from '../property/random.js';
import { DiskModel, EVERYTHING, NOTHING } from './disk-model.js';
import type { DiskChange } from './disk-operation.js';
import { randomSurvival } from './random-survival.js';

/** Each operation ends before the next begins, unless it says otherwise. */
function diskAfter(...changes: (DiskChange & { begun?: number })[]): DiskModel {
  const disk = new DiskModel('/disk');
  changes.forEach((change, index) => disk.apply({ begun: index, ended: index, ...change }));
  return disk;
}

const create = { kind: 'create', path: '/disk/file', truncate: false } as const;
const write = (text: string, offset = 0) => ({ kind: 'write', path: '/disk/file', offset, bytes: Buffer.from(text) }) as const;
const syncFile = { kind: 'sync', path: '/disk/file' } as const;
const syncRoot = { kind: 'sync', path: '/disk' } as const;

const shown = (disk: DiskModel, survival = NOTHING) => Object.fromEntries([...disk.cut(survival)].map(([name, bytes]) => [name, bytes?.toString()]));

describe('after a power cut that keeps only what was synced', () => {
  it('a file is gone without a sync of its folder', () => {
    expect(shown(diskAfter(create, write('abc'), syncFile))).toEqual({});
  });

  it('a file is empty without a sync of its own', () => {
    expect(shown(diskAfter(create, write('abc'), syncRoot))).toEqual({ file: '' });
  });

  it('a file is whole after both', () => {
    expect(shown(diskAfter(create, write('abc'), syncFile, syncRoot))).toEqual({ file: 'abc' });
  });

  it('what was written while a sync ran is not covered by it', () => {
    const disk = new DiskModel('/disk');
    disk.apply({ ...create, begun: 0, ended: 0 });
    disk.apply({ ...write('a'), begun: 1, ended: 1 });
    disk.apply({ ...write('b', 1), begun: 3, ended: 4 });
    disk.apply({ ...syncFile, begun: 2, ended: 5 });
    disk.apply({ ...syncRoot, begun: 6, ended: 6 });
    expect(shown(disk)).toEqual({ file: 'a' });
    disk.apply({ ...syncFile, begun: 7, ended: 7 });
    expect(shown(disk)).toEqual({ file: 'ab' });
  });

  it('a removed file is back, an older content, too', () => {
    const synced = [create, write('abc'), syncFile, syncRoot];
    expect(shown(diskAfter(...synced, { kind: 'remove', path: '/disk/file' }))).toEqual({ file: 'abc' });
    expect(shown(diskAfter(...synced, { kind: 'remove', path: '/disk/file' }, syncRoot))).toEqual({});
    expect(shown(diskAfter(...synced, { ...create, truncate: true }, write('x')))).toEqual({ file: 'abc' });
  });

  it('a renamed file has its old name', () => {
    const renamed = [create, write('abc'), syncFile, syncRoot, { kind: 'rename', path: '/disk/file', to: '/disk/other' } as const];
    expect(shown(diskAfter(...renamed))).toEqual({ file: 'abc' });
    expect(shown(diskAfter(...renamed, syncRoot))).toEqual({ other: 'abc' });
  });

  it('a file in a new folder needs the sync of every folder', () => {
    const made = [
      { kind: 'make-folder', path: '/disk/a' } as const,
      { kind: 'create', path: '/disk/a/file', truncate: false } as const,
      { kind: 'sync', path: '/disk/a' } as const,
    ];
    expect(shown(diskAfter(...made))).toEqual({});
    expect(shown(diskAfter(...made, syncRoot))).toEqual({ a: undefined, 'a/file': '' });
  });
});

describe('of what was not synced', () => {
  it('everything may survive', () => {
    const disk = diskAfter(create, write('abcdef'), { kind: 'truncate', path: '/disk/file', size: 2 }, write('z', 4));
    expect(shown(disk, EVERYTHING)).toEqual({ file: 'ab\0\0z' });
  });

  it('any part may survive, the same for the same seed', () => {
    const disk = diskAfter(create, syncRoot, write('a'), write('b', 1), write('c', 2));
    const states = Array.from({ length: 50 }, (_, seed) => shown(disk, randomSurvival(new Random(seed)))['file']);
    expect(new Set(states).size).toBeGreaterThan(3);
    expect(states).toEqual(Array.from({ length: 50 }, (_, seed) => shown(disk, randomSurvival(new Random(seed)))['file']));
  });
});

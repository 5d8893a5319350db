import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findProgram } from '../server/find-program.js';
import { findK6, readVersion } from './find-k6.js';

let folder: string;
const program = (place: string, mode = 0o755, text = '#!/bin/sh\n') => {
  fs.mkdirSync(path.join(folder, place), { recursive: true });
  fs.writeFileSync(path.join(folder, place, 'k6'), text, { mode });
  return path.join(folder, place, 'k6');
};
const searchPath = (...places: string[]) => places.map((place) => path.join(folder, place)).join(path.delimiter);

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'find-k6-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('findProgram', () => {
  it('takes the first that can be run', () => {
    program('not-executable', 0o644);
    fs.mkdirSync(path.join(folder, 'directory', 'k6'), { recursive: true });
    const [first] = [program('first'), program('second')];
    expect(findProgram('k6', searchPath('absent', 'not-executable', 'directory', 'first', 'second'))).toBe(first);
    expect(findProgram('k6', searchPath('absent'))).toBeUndefined();
    expect(findProgram('k6', '')).toBeUndefined();
  });
});

describe('findK6', () => {
  it('says how to get a newer one', () => {
    program('old', 0o755, '#!/bin/sh\necho "k6 v0.54.0 (go1.23.1, linux/amd64)"\n');
    expect(() => findK6(searchPath('old'))).toThrow(/v0\.54\.0.*go install go\.k6\.io\/k6@/s);
    const k6 = program('new', 0o755, '#!/bin/sh\necho "k6 v1.8.1 (go1.26.8, linux/amd64)"\n');
    expect(findK6(searchPath('new', 'old'))).toBe(k6);
  });

  it('reads the version', () => {
    expect([readVersion('k6 v1.8.1 (go1.26.8)'), readVersion('k6 v12.0.0'), readVersion('k6.exe v1.0.0'), readVersion('something else')]).toEqual([1, 12, 1, undefined]);
  });
});

import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SCENARIOS } from './scenarios.js';
import { SETTINGS } from './settings.js';

const BENCH = path.resolve(import.meta.dirname, '../../..');
const K6 = path.join(BENCH, 'k6');
const read = (...parts: string[]) => fs.readFileSync(path.join(...parts), 'utf8');
const names = SCENARIOS.map(({ name }) => name);

/** Scripts of k6, relative to its folder. */
const scripts = fs.readdirSync(K6, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

describe('scenarios', () => {
  it('have a script each, which runs under its own name, and no script has none', () => {
    const files = scripts.filter((name) => path.dirname(name) === 'scenarios').map((name) => path.basename(name, '.ts'));
    expect(files.sort()).toEqual([...names].sort());
    for (const name of names) expect(read(K6, 'scenarios', `${name}.ts`)).toContain(`export const options = loadOptions('${name}');`);
  });

  it('prepare and remove what they need', () => {
    for (const name of names.filter((one) => one !== 'health')) {
      expect(read(K6, 'scenarios', `${name}.ts`)).toMatch(/\bas teardown\b/);
      expect(read(K6, 'scenarios', `${name}.ts`)).toMatch(/\bas setup\b|function setup\(/);
    }
  });

  it('name settings that exist, and each setting counts somewhere', () => {
    const used = new Set(SCENARIOS.flatMap(({ settings }) => settings));
    expect([...used, 'think'].sort()).toEqual(SETTINGS.map(({ name }) => name).sort());
  });

  it('take from the runner only what imports nothing: k6 has neither Node nor packages', () => {
    const taken = scripts.flatMap((name) => [...read(K6, name).matchAll(/from '(?:\.\.\/)+src\/([^']+)'/g)].map(([, file]) => file!));
    expect(new Set(taken).size).toBeGreaterThan(3);
    for (const file of taken) expect({ file, imports: /^import /m.test(read(BENCH, 'src', file)) }).toEqual({ file, imports: false });
  });
});

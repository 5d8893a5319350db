import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { replaceBetween, writeTables } from './write-tables.js';

const DOCUMENT = 'before\n<!-- one -->\nold\n<!-- /one -->\nbetween\n<!-- two -->\nother\n<!-- /two -->\nafter\n';

describe('replaceBetween', () => {
  it('replaces what stands there, and again', () => {
    const once = replaceBetween(DOCUMENT, 'one', '| new |\n\n');
    expect(once).toBe('before\n<!-- one -->\n\n| new |\n\n<!-- /one -->\nbetween\n<!-- two -->\nother\n<!-- /two -->\nafter\n');
    expect(replaceBetween(once, 'one', '| new |')).toBe(once);
  });

  it.each(['three', 'one -->', ''])('refuses a document without a place for %j', (name) => {
    expect(() => replaceBetween(DOCUMENT, name, 'x')).toThrow('There is no place');
  });
});

describe('writeTables', () => {
  it('makes the file that is not there, and leaves one without a place as it is', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'write-tables-'));
    try {
      const file = path.join(folder, 'deep', 'tables.md');
      writeTables(file, 'one', '| a |\n');
      expect(fs.readFileSync(file, 'utf8')).toBe('| a |\n');
      expect(() => writeTables(file, 'one', '| b |\n')).toThrow('There is no place');
      expect(fs.readFileSync(file, 'utf8')).toBe('| a |\n');
      fs.writeFileSync(file, DOCUMENT);
      writeTables(file, 'two', '| b |');
      expect(fs.readFileSync(file, 'utf8')).toContain('<!-- two -->\n\n| b |\n\n<!-- /two -->');
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

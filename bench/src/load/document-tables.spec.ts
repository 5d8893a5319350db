import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { documentTables } from './document-tables.js';
import { readLoadOptions } from './read-load-options.js';

const document = fs.readFileSync(path.resolve(import.meta.dirname, '../../../docs/load-tests.md'), 'utf8');
const lines = document.split('\n');

describe('docs/load-tests.md', () => {
  it('has the tables as the code has them', () => {
    const tables = documentTables().filter((line) => line !== '');
    expect(lines.filter((line) => line.startsWith('|') && tables.includes(line))).toEqual(tables);
  });

  it('shows commands that the runner understands', () => {
    const commands = lines.map((line) => /(?:^|\s)npm run (?:--silent )?load -- ([^#]*)/.exec(line)?.[1]?.trim()).filter((command) => command !== undefined);
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands) expect(() => readLoadOptions(command.split(/\s+/), { LOAD_ACCESS_KEY: 'k', LOAD_SECRET_KEY: 's' })).not.toThrow();
  });
});

// Usage: config-schema.mjs <check|accept>
// Compares the JSON Schema of the configuration file with the one in api/, or writes it anew.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configJsonSchema } from '@zas/config';
import { readableDifference } from './api-report/compare-reports.mjs';

/** @returns {boolean} whether all is well */
export function configSchema(command, root) {
  const file = join(root, 'api', 'config.schema.json');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const after = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
  if (command === 'accept') writeFileSync(file, after);
  if (command === 'accept' || before === after) return true;
  process.stderr.write(
    `The configuration differs from its schema.\n\n${readableDifference(before, after)}\nIf this is meant, accept it with npm run api:accept, and let a reviewer see the diff.\n`,
  );
  return false;
}

if (process.argv[1] === import.meta.filename) {
  const command = process.argv[2];
  if (command !== 'check' && command !== 'accept') {
    process.stderr.write('Usage: config-schema.mjs <check|accept>\n');
    process.exit(2);
  }
  process.exit(configSchema(command, resolve(import.meta.dirname, '..')) ? 0 : 1);
}

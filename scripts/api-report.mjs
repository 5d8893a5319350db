// Usage: api-report.mjs <check|accept> [--src DIR] [--report FILE]
// Compares plugin-api with its report in api/, or writes the report anew. Without
// flags it does the same for the schema of the configuration file, its reference in
// docs/, the table of S3 operations and the OpenAPI document.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { breakingDifferences, readableDifference } from './api-report/compare-reports.mjs';
import { readApi, sourceFolder } from './api-report/read-api.mjs';
import { readReport, writeReport } from './api-report/report-text.mjs';
import { configReference } from './config-reference.mjs';
import { configSchema } from './config-schema.mjs';
import { openapi } from './openapi.mjs';
import { s3Coverage } from './s3-coverage.mjs';

const ROOT = resolve(import.meta.dirname, '..');

const { values, positionals } = parseArgs({ allowPositionals: true, options: { src: { type: 'string' }, report: { type: 'string' } } });
const [command] = positionals;
if (command !== 'check' && command !== 'accept') {
  process.stderr.write('Usage: api-report.mjs <check|accept> [--src DIR] [--report FILE]\n');
  process.exit(2);
}

const file = resolve(values.report ?? join(ROOT, 'api', 'plugin-api.report.md'));
const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
const after = writeReport(readApi(resolve(values.src ?? sourceFolder(ROOT))));
const breaking = breakingDifferences(readReport(before), readReport(after));

let failed = breaking.length > 0;
if (failed) {
  process.stderr.write(`Published contracts would break:\n${breaking.map((line) => `  ${line}`).join('\n')}\n`);
} else if (command === 'accept') {
  writeFileSync(file, after);
} else if (before !== after) {
  failed = true;
  process.stderr.write(
    `The API of plugins differs from its report.\n\n${readableDifference(before, after)}\nIf this is meant, accept it with npm run api:accept, and let a reviewer see the diff.\n`,
  );
}
if (values.src === undefined && values.report === undefined) {
  for (const check of [configSchema, configReference, s3Coverage, openapi]) failed = !(await check(command, ROOT)) || failed;
}
process.exit(failed ? 1 : 0);

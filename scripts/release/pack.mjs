// Usage: pack.mjs [--json] [FOLDER]
// Packs what plugin authors install, as npm publishes it, into FOLDER (./release). With --json
// it answers what npm says of each, its files included.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PUBLISHED, ROOT } from './workspaces.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
const folder = resolve(positionals[0] ?? 'release');
mkdirSync(folder, { recursive: true });
// No scripts: what is packed was built before.
const args = ['pack', '--ignore-scripts', '--pack-destination', folder, '--json', ...PUBLISHED.map((name) => resolve(ROOT, 'libs', name))];
const packed = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' });
if (values.json) process.stdout.write(packed);
else for (const { filename, size } of JSON.parse(packed)) process.stdout.write(`${resolve(folder, filename)}  ${Math.ceil(size / 1024)} KiB\n`);

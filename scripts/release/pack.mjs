// Usage: pack.mjs [FOLDER]
// Packs what plugin authors install, as npm publishes it, into FOLDER (./release).
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { PUBLISHED, ROOT } from './workspaces.mjs';

const folder = resolve(process.argv[2] ?? 'release');
mkdirSync(folder, { recursive: true });
// No scripts: what is packed was built before.
const args = ['pack', '--ignore-scripts', '--pack-destination', folder, '--json', ...PUBLISHED.map((name) => resolve(ROOT, 'libs', name))];
for (const { filename, size } of JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' }))) {
  process.stdout.write(`${resolve(folder, filename)}  ${Math.ceil(size / 1024)} KiB\n`);
}

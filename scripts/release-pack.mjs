// Usage: release-pack.mjs [FOLDER]
// Packs what plugin authors install, as npm publishes it, into FOLDER (./release).
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

export const PUBLISHED = ['plugin-api', 'plugin-testkit', 'plugin-host', 'config', 'observability'];

const root = resolve(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? 'release');
mkdirSync(folder, { recursive: true });
const packages = PUBLISHED.map((name) => resolve(root, 'libs', name));
// No scripts: what is packed was built before.
const args = ['pack', '--ignore-scripts', '--pack-destination', folder, '--json', ...packages];
for (const { filename, size } of JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }))) {
  process.stdout.write(`${resolve(folder, filename)}  ${Math.ceil(size / 1024)} KiB\n`);
}

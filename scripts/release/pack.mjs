// Usage: pack.mjs [--json] [--repository URL] [FOLDER]
// Packs what plugin authors install, as npm publishes it, into FOLDER (./release). URL is
// where the sources are: npm takes a provenance only of packages that name the repository
// which it names. With --json it answers what npm says of each, its files included.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PUBLISHED, ROOT, readJson } from './workspaces.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false }, repository: { type: 'string' } } });
const folder = resolve(positionals[0] ?? 'release');
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(tmpdir(), 'zas-pack-'));
try {
  const packages = PUBLISHED.map((name) => resolve(ROOT, 'libs', name));
  // No scripts: what is packed was built before. Offline: nothing of it comes from elsewhere.
  const args = ['pack', '--ignore-scripts', '--offline', '--pack-destination', folder, '--json', ...(values.repository === undefined ? packages : packages.map(withRepository))];
  const packed = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' });
  if (values.json) process.stdout.write(packed);
  else for (const { filename, size } of JSON.parse(packed)) process.stdout.write(`${resolve(folder, filename)}  ${Math.ceil(size / 1024)} KiB\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** A copy of a package whose manifest says where its sources are. */
function withRepository(source) {
  const copy = join(work, basename(source));
  cpSync(source, copy, { recursive: true, filter: (file) => basename(file) !== 'node_modules' });
  const repository = { type: 'git', url: `git+${values.repository}.git`, directory: `libs/${basename(source)}` };
  writeFileSync(join(copy, 'package.json'), `${JSON.stringify({ ...readJson(join(source, 'package.json')), repository }, null, 2)}\n`);
  return copy;
}

// Usage: licences.mjs [--json]
// Whether the licence of every package that the server runs with lets it be given away under
// Apache-2.0. Reads the lock file: nothing has to be installed.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import satisfies from 'spdx-satisfies';
import { ROOT, readJson } from './workspaces.mjs';

export const ALLOWED = ['Apache-2.0', 'MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0', 'Unlicense', 'Python-2.0', 'Zlib'];

/** @returns {{ name: string, version: string, licence: string }[]} packages of production, ours left out */
export function packagesOf(lock) {
  return Object.entries(lock.packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && !dev && !link)
    .map(([path, { version, license }]) => ({ name: path.split('node_modules/').at(-1), version, licence: license ?? 'none stated' }));
}

/** @returns {boolean} false also for what is no SPDX expression */
export function allowed(licence) {
  try {
    return satisfies(licence, ALLOWED);
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const packages = packagesOf(readJson(join(ROOT, 'package-lock.json')));
  const refused = packages.filter(({ licence }) => !allowed(licence));
  if (values.json) process.stdout.write(`${JSON.stringify({ packages, refused }, null, 2)}\n`);
  else {
    for (const { name, version, licence } of refused) process.stderr.write(`${name} ${version}: ${licence}\n`);
    process.stdout.write(`${packages.length} packages, ${refused.length} with a licence that does not fit.\n`);
  }
  process.exitCode = refused.length === 0 ? 0 : 1;
}

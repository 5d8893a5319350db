// Usage: check.mjs TAG
// Whether the tree is what TAG (v1.2.3) says: every package and the lock file have that
// version, and CHANGELOG.md has a section with something in it.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT, manifestFiles, readJson } from './workspaces.mjs';

const tag = process.argv[2] ?? '';
const version = /^v(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(tag)?.[1];
if (version === undefined) {
  process.stderr.write('Usage: check.mjs TAG, such as v1.2.3\n');
  process.exit(2);
}
const problems = [];
for (const file of manifestFiles()) {
  const manifest = readJson(file);
  if (manifest.version !== version) problems.push(`${relative(ROOT, file)}: version ${manifest.version}`);
  for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies })) {
    if (name.startsWith('@zas/') && range !== version && range !== `^${version}`) problems.push(`${relative(ROOT, file)}: wants ${name} ${range}`);
  }
}
if (readJson(join(ROOT, 'package-lock.json')).version !== version) problems.push('package-lock.json: another version');
const section = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').split(/^## /m).find((part) => part.startsWith(`${version} `));
if (section === undefined || !/^- /m.test(section)) problems.push(`CHANGELOG.md: nothing under ${version}`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(problems.length === 0 ? `${tag} is ready.\n` : `${tag} is not ready: ${problems.length} problems.\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

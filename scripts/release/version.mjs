// Usage: version.mjs [--dry-run]
// Sets the version that follows from the commits since the last tag, in every package, the
// lock file and CHANGELOG.md. Commits and tags nothing.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nextVersion } from './next-version.mjs';
import { ROOT, manifestFiles, readJson } from './workspaces.mjs';

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });

const tag = git('tag', '--merged', 'HEAD', '--sort=-version:refname', '--list', 'v*').split('\n')[0];
const { version } = readJson(join(ROOT, 'package.json'));
const messages = git('log', '--format=%B%x00', tag === '' ? 'HEAD' : `${tag}..HEAD`).split('\0').map((message) => message.trim()).filter(Boolean);
// What was never tagged is released as it is numbered.
const next = tag === '' ? version : nextVersion(version, messages);
if (next === undefined) {
  process.stdout.write(`Nothing to release since ${tag}.\n`);
} else {
  process.stdout.write(`${tag === '' ? 'No release yet' : `Since ${tag}`}: ${messages.length} commits, next version ${next}\n`);
  if (!values['dry-run']) setVersion(next);
}

function setVersion(next) {
  for (const file of manifestFiles()) {
    const text = readFileSync(file, 'utf8');
    const ours = (name, range) => name.startsWith('@zas/') && range === version;
    const manifest = JSON.parse(text, (key, value) => (typeof value === 'string' && ours(key, value) ? next : value));
    manifest.version = next;
    writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  }
  execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
  const log = join(ROOT, 'CHANGELOG.md');
  writeFileSync(log, readFileSync(log, 'utf8').replace(/^## Unreleased$/m, `## Unreleased\n\n## ${next} – ${new Date().toISOString().slice(0, 10)}`));
}

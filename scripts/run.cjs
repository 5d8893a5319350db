#!/usr/bin/env node
// The launcher behind every npm script. Any Node from 18 on can run it: it installs
// what is missing, builds, finds a Node that is new enough and starts the command there.
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const WANTED = [24, 15];
const at = (...parts) => path.join(ROOT, ...parts);
const say = (text) => process.stderr.write(`${text}\n`);

function newEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > WANTED[0] || (major === WANTED[0] && minor >= WANTED[1]);
}

function fitNode() {
  if (newEnough(process.version)) return process.execPath;
  const own = at('node_modules', '.bin', 'node');
  if (fs.existsSync(own)) {
    const { stdout, status } = spawnSync(own, ['--version'], { encoding: 'utf8' });
    if (status === 0 && newEnough(stdout.trim())) return own;
  }
  return undefined;
}

/** Says why an install is needed, or undefined. Checks for what is needed, not only for a stamp. */
function whyInstall() {
  const stamp = at('node_modules', '.package-lock.json');
  if (!fs.existsSync(stamp)) return 'first start';
  if (fs.statSync(at('package-lock.json')).mtimeMs > fs.statSync(stamp).mtimeMs) return 'the lock file changed';
  for (const needed of ['jest', 'typescript-native', 'better-sqlite3', 'zod', '@nestjs/core', '@zas/host']) {
    if (!fs.existsSync(at('node_modules', needed, 'package.json'))) return `${needed} is missing`;
  }
  return fitNode() ? undefined : `Node ${WANTED.join('.')} or newer is missing`;
}

function must(what, command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options });
  if (result.status === 0) return;
  say(`${what} failed (${result.error ? result.error.message : `exit code ${result.status ?? result.signal}`}).`);
  process.exit(result.status || 1);
}

function install() {
  const reason = whyInstall();
  if (!reason) return;
  const started = Date.now();
  say(`Installing packages (${reason}); this takes about a minute …`);
  must('Installing', 'npm', ['ci', '--loglevel=error', '--no-fund', '--no-audit'], { shell: process.platform === 'win32' });
  const now = new Date();
  fs.utimesSync(at('node_modules', '.package-lock.json'), now, now);
  say(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}

/** Removes compiled files whose source is gone, so that no dead test runs. */
function prune(folder) {
  const dist = path.join(folder, 'dist');
  if (!fs.existsSync(dist)) return;
  for (const entry of fs.readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const match = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(entry);
    if (match && !fs.existsSync(path.join(folder, 'src', `${match[1]}.ts`))) fs.rmSync(path.join(dist, entry));
  }
}

function workspaces() {
  const inside = ['apps', 'libs', 'plugins'].flatMap((group) => fs.readdirSync(at(group)).map((name) => at(group, name)));
  return [...inside, at('test'), at('bench')].filter((folder) => fs.existsSync(path.join(folder, 'tsconfig.json')));
}

function build(node) {
  const started = Date.now();
  workspaces().forEach(prune);
  must('Building', node, [at('node_modules', 'typescript-native', 'bin', 'tsc'), '-b']);
  // k6 reads the scenarios' source: they are only checked.
  must('Checking the load scenarios', node, [at('node_modules', 'typescript-native', 'bin', 'tsc'), '-p', at('bench', 'k6')]);
  const seconds = (Date.now() - started) / 1000;
  if (seconds > 1) say(`Built in ${seconds.toFixed(1)} s.`);
}

function run(node, args) {
  const child = spawn(node, args, { cwd: process.cwd(), stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (require('node:os').constants.signals[signal] ?? 1)));
}

const [command, ...rest] = process.argv.slice(2);
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', at('node_modules', 'jest', 'bin', 'jest.js')];
// Small heaps: bodies are buffers outside of them, and what is collected sooner is returned
// sooner; measured in bench/README.md.
const SERVER_FLAGS = require(at('apps', 'host', 'package.json')).config.nodeFlags;
const SERVER = [...SERVER_FLAGS, at('apps', 'host', 'dist', 'main.js')];
const COMMANDS = {
  start: (node) => run(node, [...SERVER, ...rest]),
  zas: (node) => run(node, [at('apps', 'host', 'dist', 'zas.js'), ...rest]),
  test: (node) => run(node, [...JEST, '--config', at('jest.config.mjs'), ...rest]),
  'test-clients': (node) => run(node, [...JEST, '--config', at('jest.clients.config.mjs'), ...rest]),
  'test-clients-slow': (node) => run(node, [...JEST, '--config', at('jest.clients-slow.config.mjs'), ...rest]),
  'test-identity': (node) => run(node, [...JEST, '--config', at('jest.identity.config.mjs'), ...rest]),
  'test-image': (node) => run(node, [...JEST, '--config', at('jest.image.config.mjs'), ...rest]),
  'image-sizes': (node) => run(node, [at('scripts', 'image', 'image-sizes.mjs'), ...rest]),
  sbom: (node) => run(node, [at('scripts', 'image', 'sbom.mjs'), ...rest]),
  'test-docs': (node) => run(node, [...JEST, '--config', at('jest.docs.config.mjs'), ...rest]),
  build: () => undefined,
  'release-pack': (node) => run(node, [at('scripts', 'release', 'pack.mjs'), ...rest]),
  'release-version': (node) => run(node, [at('scripts', 'release', 'version.mjs'), ...rest]),
  'release-check': (node) => run(node, [at('scripts', 'release', 'check.mjs'), ...rest]),
  licences: (node) => run(node, [at('scripts', 'release', 'licences.mjs'), ...rest]),
  lint: (node) => run(node, [at('node_modules', 'eslint', 'bin', 'eslint.js'), '.', ...rest]),
  'api-check': (node) => run(node, [at('scripts', 'api-report.mjs'), 'check', ...rest]),
  'api-accept': (node) => run(node, [at('scripts', 'api-report.mjs'), 'accept', ...rest]),
  property: (node) => run(node, [at('test', 'dist', 'property', 'main.js'), ...rest]),
  // The servers that it starts, and the stores that it runs itself, get the flags of `start`.
  bench: (node) => run(node, [...SERVER_FLAGS, at('bench', 'dist', 'main.js'), ...rest]),
  'bench-compare': (node) => run(node, [...SERVER_FLAGS, at('bench', 'dist', 'compare', 'main.js'), ...rest]),
  load: (node) => run(node, [...SERVER_FLAGS, at('bench', 'dist', 'load', 'main.js'), ...rest]),
  crash: (node) => run(node, [at('test', 'dist', 'crash', 'main.js'), ...rest]),
  powercut: (node) => run(node, [at('test', 'dist', 'powercut', 'main.js'), ...rest]),
  's3-conformance': (node) => run(node, [at('test', 'dist', 'conformance', 'main.js'), ...rest]),
  'oci-conformance': (node) => run(node, [at('test', 'dist', 'oci-conformance', 'main.js'), ...rest]),
  linearizability: (node) => run(node, [at('test', 'dist', 'linearizability', 'main.js'), ...rest]),
  'registry-model': (node) => run(node, [at('test', 'dist', 'registry-model', 'main.js'), ...rest]),
  cleanup: (node) => run(node, [at('test', 'dist', 'cleanup', 'main.js'), ...rest]),
};
if (!COMMANDS[command]) {
  say(`Usage: run.cjs <${Object.keys(COMMANDS).join('|')}> [arguments]`);
  process.exit(2);
}
install();
const node = fitNode();
if (!node) {
  say(`No Node ${WANTED.join('.')} or newer for ${process.platform}-${process.arch}; install one and try again.`);
  process.exit(1);
}
build(node);
COMMANDS[command](node);

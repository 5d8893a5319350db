// Usage: openapi.mjs <check|accept>
// Compares api/openapi.yaml with what a server with the built-in plugins answers, or writes it anew.
import 'reflect-metadata';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '@zas/config';
import { renderYaml } from '@zas/host/api-document-yaml';
import { startServer } from '@zas/host/app';
import { readableDifference } from './api-report/compare-reports.mjs';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

async function documentOfServer() {
  const folder = mkdtempSync(join(tmpdir(), 'zas-openapi-'));
  try {
    const loaded = loadConfig({ argv: [], env: { ZAS_DATA_DIR: folder, ZAS_HTTP_PORT: '0' }, readFile: (path) => readFileSync(path, 'utf8'), cwd: folder });
    const server = await startServer({ loaded, logger: silent });
    try {
      return await server.apiDocument();
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<boolean>} whether all is well */
export async function openapi(command, root) {
  const file = join(root, 'api', 'openapi.yaml');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const document = await documentOfServer();
  const after = `# Made of the routes by npm run api:accept.\n${renderYaml(document)}`;
  if (command === 'accept') writeFileSync(file, after);
  if (command === 'accept' || before === after) return true;
  process.stderr.write(
    `The API differs from api/openapi.yaml.\n\n${readableDifference(before, after)}\nIf this is meant, accept it with npm run api:accept, and let a reviewer see the diff.\n`,
  );
  return false;
}

if (process.argv[1] === import.meta.filename) {
  const command = process.argv[2];
  if (command !== 'check' && command !== 'accept') {
    process.stderr.write('Usage: openapi.mjs <check|accept>\n');
    process.exit(2);
  }
  process.exit((await openapi(command, resolve(import.meta.dirname, '..'))) ? 0 : 1);
}

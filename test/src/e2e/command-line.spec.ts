import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestAuthority } from '@zas/plugin-testkit';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const ZAS = path.resolve(import.meta.dirname, '../../../apps/host/dist/zas.js');

function zas(...args: readonly string[]): Promise<{ code: number; out: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; out: string }>();
  execFile(process.execPath, [ZAS, ...args], { env: {} }, (error, out) => resolve({ code: Number(error?.code ?? 0), out }));
  return promise;
}

/** Runs `print-config` with this as its standard output. */
function printInto(stdout: 'pipe' | number): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [ZAS, 'print-config'], { env: {}, stdio: ['ignore', stdout, 'pipe'] });
  child.stdout?.destroy();
  let err = '';
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => (err += piece));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, err })));
}

describe('an answer', () => {
  it('that nobody reads to its end is none the worse', async () => {
    expect(await printInto('pipe')).toEqual({ code: 0, err: '' });
  });

  it('that cannot be written is not given', async () => {
    const closed = await fs.open(ZAS, 'r');
    try {
      expect(await printInto(closed.fd)).toEqual({ code: 3, err: expect.stringMatching(/^The answer could not be written: .*\n$/) });
    } finally {
      await closed.close();
    }
  });
});

describe('the command line beside a server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start();
    const client = new SignedClient(server.url);
    expect((await client.send({ method: 'PUT', path: '/audited' })).status).toBe(200);
    client.close();
  });
  afterAll(async () => {
    await server.stop();
    await fs.rm(server.dataDir, { recursive: true, force: true });
  });

  it('asks it for its health, and finds it as the doctor', async () => {
    const { port } = new URL(server.url);
    expect(await zas('health', '--port', port)).toEqual({ code: 0, out: 'healthy\n' });
    const { code, out } = await zas('doctor', '--port', port, '--data-dir', server.dataDir, '--json', '--clock-from', server.url);
    const { findings } = JSON.parse(out) as { findings: { check: string; state: string; says: string }[] };
    expect(findings).toContainEqual({ check: 'server', state: 'good', says: `Process ${server.pid} serves ${server.dataDir}` });
    expect(findings).toContainEqual({ check: 'server', state: 'good', says: 'It answers: healthy' });
    expect(findings).toContainEqual({ check: 'clock', state: 'good', says: expect.stringMatching(`^\\d s (behind|ahead of) ${server.url}`) });
    const problems = findings.filter(({ state }) => state === 'problem');
    expect(code).toBe(problems.length === 0 ? 0 : 1);
    expect(problems.filter(({ check }) => check !== 'disk')).toEqual([]);
  });

  it('verifies its audit trail once it has stopped', async () => {
    await server.stop();
    const { code, out } = await zas('verify-audit', '--data-dir', server.dataDir, '--json');
    expect(JSON.parse(out)).toMatchObject({ ok: true, problems: [], segments: expect.any(Number) });
    expect(code).toBe(0);
  });
});

it('asks over TLS as the configuration says, whatever name and authority the certificate has', async () => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-cli-tls-'));
  const { cert, key } = new TestAuthority('Nobody knows it').issue({ subjectAltNames: ['DNS:s3.example.com'] });
  const tls = { certFile: path.join(folder, 'server.crt'), keyFile: path.join(folder, 'server.key') };
  await fs.writeFile(tls.certFile, cert);
  await fs.writeFile(tls.keyFile, key);
  const server = await ServerProcess.start({ config: { http: { tls } } });
  try {
    const { port } = new URL(server.url);
    const config = path.join(server.dataDir, 'test-config.yaml');
    expect(await zas('health', '--config', config, '--port', port)).toEqual({ code: 0, out: 'healthy\n' });
    expect(await zas('health', '--url', `http://127.0.0.1:${port}`)).toMatchObject({ code: 1, out: expect.stringContaining('does not answer') });
    const { out } = await zas('doctor', '--config', config, '--port', port, '--data-dir', server.dataDir, '--json');
    const { findings } = JSON.parse(out) as { findings: { check: string; says: string }[] };
    expect(findings).toContainEqual(expect.objectContaining({ check: 'certificate', says: expect.stringMatching(/is good for \d+ days$/) }));
    expect(findings).toContainEqual({ check: 'server', state: 'good', says: 'It answers: healthy' });
  } finally {
    await server.remove();
    await fs.rm(folder, { recursive: true, force: true });
  }
});

it('start becomes the server, with its flags, and stops at SIGTERM', async () => {
  const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-start-'));
  const child = spawn(process.execPath, [ZAS, 'start', '--port', '0', '--data-dir', dataDir], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    let said = '';
    for await (const piece of child.stderr) {
      said += String(piece);
      if (said.includes('Endpoint')) break;
    }
    expect(await fs.readFile(path.join(dataDir, 'server.pid'), 'utf8')).toBe(`${child.pid}\n`);
    expect((await fs.readFile(`/proc/${child.pid}/cmdline`, 'utf8').catch(() => '--expose-gc')).split('\0')).toContain('--expose-gc');
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  } finally {
    child.kill('SIGKILL');
    await fs.rm(dataDir, { recursive: true, force: true });
  }
});

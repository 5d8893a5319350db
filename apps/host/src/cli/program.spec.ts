import fs from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CliWorld } from './outcome.js';
import { runProgram } from './program.js';

const noBash = spawnSync('bash', ['--version']).error !== undefined;
if (noBash) process.stderr.write('SKIPPED completion in bash: not installed: bash\n');

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-cli-'));
});
afterAll(async () => fs.rm(folder, { recursive: true, force: true }));

async function zas(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  let [out, err] = ['', ''];
  const served: (readonly string[])[] = [];
  const world: CliWorld = {
    env,
    readFile: (file) => readFileSync(file, 'utf8'),
    cwd: folder,
    out: (text) => (out += text),
    err: (text) => (err += text),
    serve: async (args) => {
      served.push(args);
      return 0;
    },
    version: '9.8.7',
  };
  const code = await runProgram(argv, world);
  return { code, out, err, served, json: () => JSON.parse(out) as Record<string, unknown> };
}

const file = async (name: string, text: string, mode?: number) => {
  await fs.writeFile(path.join(folder, name), text, { mode });
  return path.join(folder, name);
};

describe('zas', () => {
  it('names every command in its help, and its version', async () => {
    const { code, out } = await zas(['--help']);
    expect(code).toBe(0);
    for (const name of ['start', 'check-config', 'print-config', 'make-keys', 'verify-audit', 'health', 'doctor', 'completion']) expect(out).toContain(`\n  ${name} `);
    expect(await zas(['--version'])).toMatchObject({ code: 0, out: '9.8.7\n' });
  });

  it('answers 2 to a wrong call, with what was probably meant', async () => {
    expect(await zas(['docter'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean doctor?') });
    expect(await zas(['health', '--prot', '1'])).toMatchObject({ code: 2, err: expect.stringContaining('--port') });
    expect(await zas(['make-keys', 'soap'])).toMatchObject({ code: 2 });
    expect(await zas(['health', '--url', 'ftp://example.com'])).toMatchObject({ code: 2 });
    expect(await zas(['doctor', 'extra'])).toMatchObject({ code: 2 });
    expect(await zas([])).toMatchObject({ code: 2, err: expect.stringContaining('Usage: zas') });
  });

  it('answers a wrong call in JSON where that is asked for', async () => {
    for (const wrong of [['docter', '--json'], ['doctor', '--json', '--stict'], ['--json'], ['make-keys', 'soap', '--json']]) {
      const refused = await zas(wrong);
      expect(refused).toMatchObject({ code: 2, err: '' });
      expect(refused.json()).toEqual({ ok: false, error: { message: expect.stringMatching(/^(unknown|command-argument)/) } });
    }
  });

  it('hands start over to the server with its flags', async () => {
    expect((await zas(['start', '--port', '1', '--data-dir=x'])).served).toEqual([['--port', '1', '--data-dir', 'x']]);
    expect((await zas(['start', '--settings'])).served).toEqual([['--help']]);
  });

  it('checks a configuration: 0 with the plugins, 1 with every problem', async () => {
    const right = await file('right.yaml', 'http: { port: 0 }');
    const answer = await zas(['check-config', '--config', right, '--json'], { ZAS_HTTP_PROT: '1' });
    expect(answer.code).toBe(0);
    expect(answer.json()).toMatchObject({ ok: true, file: right, plugins: expect.arrayContaining([{ name: 'access-rbac', version: expect.any(String) }]) });
    expect(answer.json()['warnings']).toHaveLength(1);
    const wrong = await file('wrong.yaml', 'htpp: {}\nlimits: { byteBudget: 1 }');
    const refused = await zas(['check-config', '--config', wrong, '--json']);
    expect(refused).toMatchObject({ code: 1, err: '' });
    expect(refused.json()).toMatchObject({ ok: false, error: { problems: [expect.stringContaining('limits.byteBudget'), expect.stringContaining('"http"')] } });
    expect(await zas(['check-config', '--config', wrong])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('htpp: unknown key') });
    const lost = await file('lost.yaml', 'plugins: [{ use: not-there }]');
    expect(await zas(['check-config', '--config', lost])).toMatchObject({ code: 1, out: expect.stringContaining('not-there') });
    const untrusted = await file('tls.yaml', 'http: { tls: { certFile: none.crt, keyFile: none.key } }');
    expect((await zas(['check-config', '--config', untrusted, '--json'])).json()).toMatchObject({ ok: false, problems: [expect.stringMatching(/none\.(crt|key)/)] });
    expect(await fs.readdir(folder)).not.toContain('data');
  });

  it('prints the configuration without secrets', async () => {
    const named = await file('named.yaml', 'root: { accessKey: ROOT, secretKey: hush-hush-hush }');
    for (const more of [[], ['--json']]) {
      const { code, out } = await zas(['print-config', '--config', named, ...more]);
      expect(code).toBe(0);
      expect(out).toContain('ROOT');
      expect(out).not.toContain('hush');
    }
  });

  it('makes keys, and keeps a new root pair for its owner only', async () => {
    const { masterKey } = (await zas(['make-keys', 'master', '--json'])).json() as { masterKey: string };
    expect(Buffer.from(masterKey, 'base64')).toHaveLength(32);
    expect((await zas(['make-keys', 'root'])).out).toMatch(/^ZAS_ROOT_ACCESS_KEY=ZAS[A-Z2-7]{17}\nZAS_ROOT_SECRET_KEY=[\w-]{40}\n$/);
    expect(await zas(['make-keys', 'master', '--replace'])).toMatchObject({ code: 1, out: expect.stringContaining('root pair') });
    const dataDir = path.join(folder, 'keys');
    const kept = path.join(dataDir, 'root-credentials.json');
    const pairs = new Set<unknown>();
    for (let i = 0; i < 2; i += 1) {
      const { accessKeyId, secretAccessKey } = (await zas(['make-keys', 'root', '--replace', '--data-dir', dataDir, '--json'])).json();
      expect(JSON.parse(await fs.readFile(kept, 'utf8'))).toEqual({ accessKeyId, secretAccessKey });
      pairs.add(accessKeyId);
    }
    expect(pairs.size).toBe(2);
    expect((await fs.stat(kept)).mode & 0o777).toBe(0o600);
    // Root makes them for whose folder it is; nobody else can.
    if (process.getuid?.() === 0) await fs.chown(dataDir, 4321, 4321);
    await zas(['make-keys', 'root', '--replace', '--data-dir', dataDir]);
    expect((await fs.stat(kept)).uid).toBe((await fs.stat(dataDir)).uid);
    const given = await zas(['make-keys', 'root', '--replace', '--data-dir', dataDir], { ZAS_ROOT_ACCESS_KEY: 'A', ZAS_ROOT_SECRET_KEY: 'hush-hush' });
    expect(given).toMatchObject({ code: 1, out: expect.stringContaining('root.accessKey') });
  });

  it.each([
    ['503', 'HTTP/1.1 503 Busy\r\ncontent-length: 22\r\n\r\n{"status":"unhealthy"}', 'unhealthy'],
    ['a redirect', 'HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n', 'answered 302'],
    ['what is no HTTP', 'hello\r\n\r\n', 'does not answer'],
    ['more than a health answer can be', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(100_000)}`, 'too long'],
    ['nothing at all', '', 'no answer in 0.2 s'],
  ])('does not take %s for health', async (_what, answer, says) => {
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.once('data', () => (answer === '' ? undefined : socket.end(answer)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as net.AddressInfo;
      expect(await zas(['health', '--port', String(port), '--seconds', '0.2'])).toMatchObject({ code: 1, out: expect.stringContaining(says) });
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('says that nobody answers, and 3 that a trail cannot be opened', async () => {
    expect(await zas(['health', '--url', 'http://127.0.0.1:1/'])).toMatchObject({ code: 1, out: expect.stringContaining('does not answer') });
    const blocked = await file('blocked', 'a file where a folder belongs');
    expect(await zas(['verify-audit', '--data-dir', blocked])).toMatchObject({ code: 3 });
  });

  it('examines a machine: 0 without problems, 1 with one, and says the cure', async () => {
    const dataDir = path.join(folder, 'doctor');
    await fs.mkdir(dataDir, { mode: 0o755 });
    await fs.chmod(dataDir, 0o755);
    const healthy = await zas(['doctor', '--data-dir', dataDir, '--port', '0', '--json']);
    const { findings } = healthy.json() as { findings: { check: string; state: string; says: string; cure?: string }[] };
    const problems = findings.filter(({ state }) => state === 'problem');
    expect(healthy.code).toBe(problems.length === 0 ? 0 : 1);
    // How full the disk is, is not ours.
    expect(problems.filter(({ check }) => check !== 'disk')).toEqual([]);
    expect(new Set(findings.map(({ check }) => check))).toEqual(new Set(['node', 'open files', 'memory', 'configuration', 'plugin', 'data folder', 'disk', 'server', 'port', 'network', 'clock']));
    expect(findings.filter(({ state, cure }) => state !== 'good' && !cure)).toEqual([]);
    expect(findings).toContainEqual({ check: 'data folder', state: 'warning', says: expect.stringContaining('open to other users (055)'), cure: `chmod go= ${dataDir}` });
    expect(await zas(['doctor', '--data-dir', dataDir, '--port', '0', '--strict'])).toMatchObject({ code: 1 });
    await fs.writeFile(path.join(dataDir, 'root-credentials.json'), '{}', { mode: 0o644 });
    expect(await zas(['doctor', '--data-dir', dataDir, '--port', '0'])).toMatchObject({ code: 1, out: expect.stringContaining('PROBLEM  root key pair') });
    expect(await fs.readdir(dataDir)).toEqual(['root-credentials.json']);
  });

  it('does not take itself for the server whose process id was left behind', async () => {
    const dataDir = path.join(folder, 'left');
    await fs.mkdir(dataDir, { mode: 0o700 });
    await fs.writeFile(path.join(dataDir, 'server.pid'), `${process.pid}\n`);
    expect(await zas(['doctor', '--data-dir', dataDir, '--port', '0'])).toMatchObject({ out: expect.stringContaining(`No server runs on ${dataDir}`) });
  });

  (noBash ? it.skip : it)('completes commands, options and choices in bash', async () => {
    const { out } = await zas(['completion', 'bash']);
    const complete = (...words: string[]) =>
      execFileSync('bash', ['-c', `${out}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _zas; echo "\${COMPREPLY[@]}"`], { encoding: 'utf8' }).trim();
    expect(complete('zas', 'do')).toBe('doctor');
    expect(complete('zas', 'doctor', '--cl')).toBe('--clock-from');
    expect(complete('zas', 'make-keys', 'm')).toBe('master');
    expect(complete('zas', 'completion', '')).toContain('fish');
  });

  it('has completion scripts for other shells, and for no unknown one', async () => {
    for (const shell of ['zsh', 'fish']) expect((await zas(['completion', shell])).out).toContain('verify-audit');
    expect(await zas(['completion', 'tcsh'])).toMatchObject({ code: 2, out: '' });
  });
});

import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const script = async <T>(name: string) => (await import(path.join(ROOT, 'scripts/release', name))) as T;
const { nextVersion } = await script<{ nextVersion(version: string, messages: readonly string[]): string | undefined }>('next-version.mjs');
const { allowed, packagesOf } = await script<{ allowed(licence: string): boolean; packagesOf(lock: unknown): { name: string; licence: string }[] }>('licences.mjs');

describe('the next version', () => {
  it.each([
    ['1.2.3', ['fix(host): a', 'docs: b'], '1.2.4'],
    ['1.2.3', ['perf: a'], '1.2.4'],
    ['1.2.3', ['feat(oci): a', 'fix: b'], '1.3.0'],
    ['1.2.3', ['feat(oci)!: a'], '2.0.0'],
    ['1.2.3', ['fix: a\n\nBREAKING CHANGE: b'], '2.0.0'],
    ['0.1.0', ['feat!: a'], '0.2.0'],
    ['0.1.0', ['feat: a'], '0.2.0'],
    ['0.1.0', ['refactor(s3): a'], '0.1.1'],
    ['1.2.3', ['docs: a', 'test: b', 'ci: c', 'a line that says nothing'], undefined],
    ['1.2.3', [], undefined],
  ])('%s with %j is %s', (version, messages, expected) => {
    expect(nextVersion(version, messages)).toBe(expected);
  });
});

describe('licences', () => {
  it.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0)', 'BSD-3-Clause'])('%s fits', (licence) => {
    expect(allowed(licence)).toBe(true);
  });

  it.each(['GPL-3.0', 'AGPL-3.0-only', 'MIT AND GPL-2.0', 'UNLICENSED', 'SEE LICENSE IN x', 'none stated', ''])('%s does not', (licence) => {
    expect(allowed(licence)).toBe(false);
  });

  it('of every package of production fit', async () => {
    const packages = packagesOf(JSON.parse(await fs.readFile(path.join(ROOT, 'package-lock.json'), 'utf8')));
    expect(packages.length).toBeGreaterThan(50);
    expect(packages.filter(({ licence }) => !allowed(licence))).toEqual([]);
  });
});

describe('what is released', () => {
  it('has five packages with their code and types, without tests, that say where they come from', async () => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-release-'));
    try {
      const env = { ...process.env, npm_config_cache: path.join(folder, 'cache') };
      const { stdout } = await promisify(execFile)(process.execPath, [path.join(ROOT, 'scripts/release/pack.mjs'), '--json', '--repository', 'https://code.example.com/zas', folder], { env });
      const packed = JSON.parse(stdout) as { name: string; filename: string; files: { path: string }[] }[];
      expect(packed.map(({ name }) => name).sort()).toEqual(['@zas/config', '@zas/observability', '@zas/plugin-api', '@zas/plugin-host', '@zas/plugin-testkit']);
      for (const { name, filename, files } of packed) {
        await fs.access(path.join(folder, filename));
        const paths = files.map((file) => file.path);
        expect([name, paths]).toEqual([name, expect.arrayContaining(['package.json', 'LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts'])]);
        expect([name, paths.filter((file) => /\.spec\.|\.tsbuildinfo|^src\//.test(file))]).toEqual([name, []]);
        const archive = zlib.gunzipSync(await fs.readFile(path.join(folder, filename))).toString('latin1');
        const [, repository] = /"repository": (\{[^}]+\})/.exec(archive) ?? [];
        expect(JSON.parse(repository!)).toEqual({ type: 'git', url: 'git+https://code.example.com/zas.git', directory: name.replace('@zas', 'libs') });
      }
    } finally {
      await fs.rm(folder, { recursive: true, force: true });
    }
  }, 120_000);

  it('is refused under a tag that the tree does not have', async () => {
    const check = (...args: string[]) => promisify(execFile)(process.execPath, [path.join(ROOT, 'scripts/release/check.mjs'), ...args]);
    await expect(check('v99.0.0')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('package-lock.json: another version') });
    await expect(check('latest')).rejects.toMatchObject({ code: 2 });
  });
});

describe('what is deployed without Kubernetes', () => {
  it('compose runs the image as a user without rights, with a secret that it does not hold', async () => {
    const { services } = parse(await fs.readFile(path.join(ROOT, 'deploy/compose/compose.yaml'), 'utf8')) as { services: Record<string, Record<string, unknown>> };
    expect(services['zas']).toMatchObject({ user: '1000:1000', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(services['zas']!['environment']).toMatchObject({ ZAS_ROOT_SECRET_KEY_FILE: '/run/secrets/root-secret-key' });
  });

  it('the unit starts what is there, as a user without rights', async () => {
    const unit = await fs.readFile(path.join(ROOT, 'deploy/systemd/zas.service'), 'utf8');
    for (const line of ['User=zas', 'NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet=', 'UMask=0077']) expect(unit.split('\n')).toContain(line);
    const commands = [...unit.matchAll(/^ExecStart(?:Pre)?=(.*)$/gm)].map(([, command]) => command!);
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      const [node, file, name, ...args] = command.split(' ');
      expect(node).toBe('/opt/zot-artifact-store/node_modules/.bin/node');
      await fs.access(file!.replace('/opt/zot-artifact-store', ROOT));
      const { stdout } = await promisify(execFile)(process.execPath, [file!.replace('/opt/zot-artifact-store', ROOT), name!, '--help']);
      for (const flag of args.filter((arg) => arg.startsWith('--'))) expect(stdout).toContain(flag);
    }
  });
});

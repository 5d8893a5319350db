import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');
const SCRIPT = join(ROOT, 'scripts', 'api-report.mjs');

describe('npm run api:check', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zas-api-'));
    cpSync(join(ROOT, 'libs', 'plugin-api', 'src'), join(folder, 'src'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (command: 'check' | 'accept') => {
    const flags = ['--src', join(folder, 'src'), '--report', join(folder, 'report.md')];
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, command, ...flags], { encoding: 'utf8' });
    return { status, stderr };
  };
  const report = () => readFileSync(join(folder, 'report.md'), 'utf8');
  const edit = (path: string, from: string, to: string) => {
    const file = join(folder, 'src', path);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  };
  let published: string | undefined;
  /** As on the day when the point leaves alpha. */
  const publish = () => {
    edit('points/blob-store.ts', 'storage.blobs/v1alpha', 'storage.blobs/v1');
    if (published === undefined) {
      expect(run('accept').status).toBe(0);
      published = report();
    }
    writeFileSync(join(folder, 'report.md'), published);
  };

  it('agrees with the report in api/, configuration schema included', () => {
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, 'check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('demands that a difference of an alpha point is accepted, and shows it', () => {
    expect(run('accept').status).toBe(0);
    edit('points/blob-store.ts', 'readonly size: number;', 'readonly bytes: number;');
    const { status, stderr } = run('check');
    expect(status).toBe(1);
    expect(stderr).toContain('### BlobStat\n-     readonly size: number;\n+     readonly bytes: number;');
    expect(stderr).toContain('npm run api:accept');
    expect(run('accept').status).toBe(0);
    expect(run('check').status).toBe(0);
  });

  it('does not mind comments, order and layout', () => {
    expect(run('accept').status).toBe(0);
    edit('points/blob-store.ts', 'readonly offset: number;\n  readonly length: number;', '/** moved */\n  readonly length: number; readonly offset: number;');
    expect(run('check')).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    ['a changed field', 'readonly size: number;', 'readonly size: bigint;'],
    ['a lost field', 'readonly size: number;', ''],
    ['a new required field', 'readonly size: number;', 'readonly size: number; readonly age: number;'],
    ['a new method, though optional', 'commit(): Promise<void>;', 'commit(): Promise<void>; pause?(): Promise<void>;'],
    ['a changed parameter', 'begin(context: CallContext, locator: string)', 'begin(context: CallContext, locator: string, size: number)'],
    ['another cardinality', "'storage.blobs/v1', 'one'", "'storage.blobs/v1', 'many'"],
    ['the end of the point', "definePoint<BlobStore>('storage.blobs/v1'", "definePoint<BlobStore>('storage.blobs/v2'"],
  ])('refuses on a published point: %s', (_what, from, to) => {
    publish();
    const before = report();
    edit('points/blob-store.ts', from, to);
    const { status, stderr } = run('accept');
    expect(status).toBe(1);
    expect(stderr).toContain('a breaking change needs storage.blobs/v2');
    expect(report()).toBe(before);
  });

  it('refuses a breaking change of a type that a published point only reaches', () => {
    publish();
    edit('principal.ts', 'readonly accountRoot: boolean;', '');
    for (const command of ['check', 'accept'] as const) {
      const { status, stderr } = run(command);
      expect(status).toBe(1);
      expect(stderr).toContain('storage.blobs/v1: Principal lost or changed "readonly accountRoot: boolean;"');
    }
  });

  it.each([
    ['a new optional field of a data type', 'readonly size: number;', 'readonly size: number; readonly age?: number;'],
    ['a new capability', 'export const blobStore', "export interface Compose { compose(): Promise<void> }\nexport const compose = defineCapability<Compose>('storage.blobs.compose/v1');\nexport const blobStore"],
  ])('lets %s be accepted on a published point', (_what, from, to) => {
    publish();
    edit('points/blob-store.ts', from, to);
    expect(run('check').stderr).toContain('npm run api:accept');
    expect(run('accept').status).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blobStore, metadataStore } from '@zas/plugin-api';
import { startTestHost, testContext, type TestHost } from '@zas/plugin-testkit';
import sqlitePlugin from '@zas/metadata-sqlite';
import filesystemPlugin from '@zas/storage-filesystem';
import { BlobWorks } from '../stores/blob-works.js';
import { MetadataWorks } from '../stores/metadata-works.js';
import { MICRO_BENCHMARKS } from './micro-benchmarks.js';
import { MICRO_SUBJECTS, type MicroStage } from './micro-benchmark.js';
import { MICRO_HELP, readMicroOptions } from './read-micro-options.js';
import { runMicro } from './run-micro.js';

const names = MICRO_BENCHMARKS.map(({ name }) => name);

describe('the micro-benchmarks', () => {
  it('are at least fifteen, each with a name of its own, over every part of the server', () => {
    expect(names.length).toBeGreaterThanOrEqual(15);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(MICRO_BENCHMARKS.map(({ subject }) => subject))).toEqual(new Set(MICRO_SUBJECTS));
  });

  it.each([
    ['metadata store', ['put', 'find', 'list', 'delete', 'put-version', 'list-versions'].map((work) => `meta-${work}`)],
    ['blob store', ['write', 'read'].flatMap((work) => ['1k', '1m', '64m'].map((size) => `blob-${work}-${size}`))],
    ['event feed', ['feed-append', 'feed-read']],
    ['signatures', ['sigv4-verify']],
    ['chunked bodies', ['chunked-decode-signed']],
    ['policies', ['decide-hit', 'decide-miss']],
    ['XML', ['xml-parse-delete', 'xml-render-list']],
    ['manifests', ['manifest-check-image']],
  ])('cover %s', (subject, wanted) => {
    expect(MICRO_BENCHMARKS.filter((one) => one.subject === subject).map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
  });

  it('go up to 64 callers wherever something is waited for', () => {
    for (const { name, callers } of MICRO_BENCHMARKS.filter(({ subject }) => ['metadata store', 'blob store', 'event feed'].includes(subject))) {
      expect({ name, callers }).toEqual({ name, callers: name.endsWith('64m') ? [1, 4] : [1, 4, 16, 64] });
    }
  });
});

describe('each one', () => {
  let host: TestHost;
  let stage: MicroStage;

  beforeAll(async () => {
    host = await startTestHost({ plugins: [sqlitePlugin, filesystemPlugin] });
    const [context, metadata, blobs] = [testContext(), host.points.one(metadataStore), host.points.one(blobStore)];
    stage = { context, metadata, blobs, metadataWorks: new MetadataWorks(metadata, context), blobWorks: new BlobWorks(blobs, context), seconds: 0.001 };
  });

  afterAll(() => host.stop());

  it.each(MICRO_BENCHMARKS.map((benchmark) => [benchmark.name, benchmark] as const))('%s runs, and knows a right result from a wrong one', async (_, benchmark) => {
    const { run, check, finish } = await benchmark.prepare(stage);
    try {
      for (const i of [0, 1]) expect(check(await run(i))).toBe(true);
      expect(check(undefined)).toBe(false);
    } finally {
      await finish?.();
    }
  });
});

describe('runMicro', () => {
  it('makes a row for each number of callers', async () => {
    const benchmarks = MICRO_BENCHMARKS.filter(({ name }) => ['meta-find', 'xml-render-list'].includes(name));
    const rows = await runMicro({ benchmarks, seconds: 0.01, rounds: 1, quick: true }, () => undefined);
    expect(rows.map(({ work, clients }) => [work, clients])).toEqual([
      ['meta-find', 1],
      ['meta-find', 16],
      ['xml-render-list', 1],
    ]);
    for (const row of rows) expect(row).toMatchObject({ group: 'micro', errors: 0, operations: expect.any(Number), cpuMsPerOperation: expect.any(Number) });
  });

  it('fails when a result is wrong', async () => {
    const wrong = { name: 'wrong', subject: 'XML', about: '', callers: [1], prepare: () => ({ run: () => 1, check: (result: unknown) => result === 2 }) } as const;
    await expect(runMicro({ benchmarks: [wrong], seconds: 0.01, rounds: 1, quick: false }, () => undefined)).rejects.toThrow('wrong: call 0 had a wrong result');
  });
});

describe('readMicroOptions', () => {
  it('takes names and their beginnings', () => {
    expect(readMicroOptions([])!.benchmarks).toBe(MICRO_BENCHMARKS);
    expect(readMicroOptions(['--only', 'sigv4,meta-put'])!.benchmarks.map(({ name }) => name)).toEqual(['meta-put', 'sigv4-verify', 'sigv4-verify-new-key']);
    expect(readMicroOptions(['--callers', '1,4', '--seconds', '0.5', '--rounds', '3', '--cpu-prof', 'x', '--json', 'f'])).toMatchObject({ callers: [1, 4], seconds: 0.5, rounds: 3, profileDir: 'x', json: 'f' });
    expect(readMicroOptions(['--quick'])).toMatchObject({ seconds: 0.1, quick: true });
    expect(readMicroOptions(['--help'])).toBeUndefined();
    for (const name of names) expect(MICRO_HELP).toContain(name);
  });

  it.each([[['--only', 'nothing']], [['--only', '']], [['--callers', '0']], [['--seconds', '0']], [['word']]])('refuses %j', (args) => {
    expect(() => readMicroOptions(args)).toThrow(expect.objectContaining({ name: 'TypeError' }));
  });
});

import crypto from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { collectOrphans, collectUnreferenced } from '@zas/content-store';
import type { MetadataStore } from '@zas/plugin-api';
import { collectStep, runCleanup } from './run-cleanup.js';

const LIMIT = 120_000;
const STEPS = 20_000;

describe('the clean-up against writers', () => {
  it('removes no referenced byte and leaves nothing unreferenced', async () => {
    const seed = crypto.randomInt(2 ** 32);
    process.stderr.write(`clean-up test with seed ${seed}\n`);
    const result = await runCleanup({ steps: STEPS, seed });
    expect(result.problems).toEqual([]);
    expect(result.removed).toBeGreaterThan(100);
    expect(result.crashes).toBeGreaterThan(10);
  }, LIMIT);

  it('is the same for the same seed', async () => {
    const [one, other] = [await runCleanup({ steps: 2000, seed: 5 }), await runCleanup({ steps: 2000, seed: 5 })];
    expect({ ...one, seconds: 0 }).toEqual({ ...other, seconds: 0 });
  }, LIMIT);
});

describe('a clean-up that is wrong is found', () => {
  const problemsOf = async (collect: typeof collectStep) => (await runCleanup({ steps: STEPS, seed: 1, collect })).problems;

  it('when it takes every byte of a dead process for unrecorded', async () => {
    const problems = await problemsOf(async (parts, context, random) => {
      const metadata: MetadataStore = { ...parts.metadata, blobs: { ...parts.metadata.blobs, known: async () => new Set() } };
      await collectStep({ ...parts, metadata }, context, random);
    });
    expect(problems[0]).toMatch(/^gone/);
  }, LIMIT);

  it('when it forgets bytes that it did not remove', async () => {
    const problems = await problemsOf(async (parts, context) => {
      await collectUnreferenced({ ...parts, blobs: { ...parts.blobs, delete: async () => undefined } }, context);
    });
    expect(problems[0]).toMatch(/^left/);
  }, LIMIT);

  it('when it removes the bytes of processes that live', async () => {
    const problems = await problemsOf(async (parts, context) => {
      const metadata: MetadataStore = { ...parts.metadata, leases: { ...parts.metadata.leases, list: async () => [] } };
      await collectOrphans({ ...parts, metadata }, context);
    });
    expect(problems[0]).toMatch(/^gone/);
  }, LIMIT);
});

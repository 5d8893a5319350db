import crypto from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Intent } from '@zas/plugin-api';
import { COLLECTION } from './reference-model.js';
import { runRegistryModel } from './run-registry-model.js';

const LIMIT = 120_000;
const STEPS = 20_000;

describe('the registry against a model of it', () => {
  it('loses nothing that is referenced and keeps nothing that is not', async () => {
    const seed = crypto.randomInt(2 ** 32);
    process.stderr.write(`registry model test with seed ${seed}\n`);
    const result = await runRegistryModel({ steps: STEPS, seed });
    expect(result.problems).toEqual([]);
    expect(result.steps).toBeGreaterThanOrEqual(STEPS);
    expect(result.collected).toBeGreaterThan(100);
    expect(result.quiescences).toBeGreaterThan(2);
  }, LIMIT);

  it('does the same for the same seed', async () => {
    const [one, other] = [await runRegistryModel({ steps: 2000, seed: 5 }), await runRegistryModel({ steps: 2000, seed: 5 })];
    expect({ ...one, seconds: 0 }).toEqual({ ...other, seconds: 0 });
  }, LIMIT);
});

describe('a registry that is wrong is found', () => {
  const firstProblem = async (change: (who: string, intent: Intent) => Intent) => (await runRegistryModel({ steps: STEPS, seed: 4, change })).problems[0];

  it('when a collection does not look again in its commit', async () => {
    const problem = await firstProblem((who, intent) => (who === COLLECTION && intent.kind === 'unlink-blob' ? { ...intent, unusedBefore: undefined, referenced: true } : intent));
    expect(problem).toMatch(/unlink-blob .*: done instead of conflict blob-referenced/);
  }, LIMIT);

  it('when a push does not check what it references', async () => {
    const problem = await firstProblem((_who, intent) => (intent.kind === 'put-manifest' ? { ...intent, references: intent.references.map((one) => ({ ...one, required: false })) } : intent));
    expect(problem).toMatch(/put-manifest .*: done instead of not-found manifest-reference/);
  }, LIMIT);

  it('when a collection comes too early', async () => {
    const problem = await firstProblem((who, intent) => (who === COLLECTION && intent.kind === 'delete-manifest' ? { ...intent, unusedBefore: intent.at + 1 } : intent));
    expect(problem).toMatch(/delete-manifest .*: done instead of conflict manifest-used/);
  }, LIMIT);
});

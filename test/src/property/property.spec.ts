import crypto from 'node:crypto';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderFailure, runProperty, type PropertyOptions } from './run-property.js';

const BROKEN_LISTING = path.resolve(import.meta.dirname, '../../fixtures/broken-listing/plugin.mjs');
const LIMIT = 120_000;

/** Fails with the short list and the seed. */
async function mustPass(options: PropertyOptions): Promise<void> {
  const result = await runProperty(options);
  if (result.failure) throw new Error(renderFailure(result, result.failure, options));
  expect(result.steps).toBe(options.steps);
}

describe('server and model agree', () => {
  it('for a known seed, restarts included', async () => {
    await mustPass({ seed: 1, steps: 1000 });
  }, LIMIT);

  it('for a seed of this run', async () => {
    const seed = crypto.randomInt(2 ** 32);
    process.stderr.write(`property test with seed ${seed}\n`);
    await mustPass({ seed, steps: 400 });
  }, LIMIT);
});

describe('a listing that skips a key', () => {
  it('is found, shrunk to a short list, and found again by its seed', async () => {
    const options = { seed: 11, steps: 120, plugin: BROKEN_LISTING, shrinkTries: 80 };
    const { failure } = await runProperty(options);
    expect(failure?.reason).toMatch(/keys|common prefixes|uploads|IsTruncated|KeyCount/);
    expect(failure!.operations.length).toBeLessThanOrEqual(12);
    const again = await runProperty({ ...options, shrinkTries: 0 });
    expect([again.failure?.step, again.failure?.reason]).toEqual([failure!.step, failure!.reason]);
    expect(renderFailure(again, failure!, options)).toContain(`--steps 120 --seed 11 --plugin ${BROKEN_LISTING}`);
  }, LIMIT);
});

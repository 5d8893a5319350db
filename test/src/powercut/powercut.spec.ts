import crypto from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { recordServer, whyNotRecordable, type Recording } from './record-server.js';
import { allowed } from './registers.js';
import { runPowercut } from './run-powercut.js';

const LIMIT = 120_000;
const obstacle = whyNotRecordable();
if (obstacle !== undefined) process.stderr.write(`power-cut test skipped: ${obstacle}\n`);

(obstacle === undefined ? describe : describe.skip)('a power cut', () => {
  const seed = crypto.randomInt(2 ** 32);
  let recording: Recording;

  beforeAll(async () => {
    process.stderr.write(`power-cut test with seed ${seed}\n`);
    recording = await recordServer(seed, 10);
  }, LIMIT);

  it('takes nothing that was acknowledged, and the server starts', async () => {
    const result = await runPowercut(recording, { seed, cuts: 30, startServerEvery: 30 });
    expect(result.failures).toEqual([]);
    expect(result.serverStarts).toBe(2);
  }, LIMIT);

  it.each(['data', 'directory', 'wal'] as const)('is found to lose something without the %s syncs', async (without) => {
    const { failures } = await runPowercut(recording, { seed, cuts: 20, without, once: true });
    expect(failures).not.toEqual([]);
  }, LIMIT);
});

describe('what may be there after a cut', () => {
  const step = (requestId: string, value: string | undefined) => ({ requestId, changes: new Map([['r', value]]) });

  it('is what the last answered request left, or the next one', () => {
    const steps = [step('1', 'a'), step('2', undefined), step('3', 'b')];
    expect(allowed(steps, new Set())).toEqual(new Map([['r', [undefined, 'a']]]));
    expect(allowed(steps, new Set(['1']))).toEqual(new Map([['r', ['a', undefined]]]));
    expect(allowed(steps, new Set(['1', '2', '3']))).toEqual(new Map([['r', ['b']]]));
  });
});

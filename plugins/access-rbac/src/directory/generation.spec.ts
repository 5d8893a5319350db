import { describe, expect, it } from '@jest/globals';
import { testContext } from '@zas/plugin-testkit';
import { StoreError, type CallContext } from '@zas/plugin-api';
import { Generation } from './generation.js';
import { Kept } from './kept.js';

const context = testContext();

/** Looks that are answered by hand. */
function byHand() {
  const state = { now: 0 };
  const looks: { answer: (found: number) => void; fail: (error: Error) => void; context: CallContext }[] = [];
  const read = (asking: CallContext) => new Promise<number>((answer, fail) => void looks.push({ answer, fail, context: asking }));
  return { state, looks, generation: new Generation(read, { now: () => 0, monotonic: () => state.now }) };
}

describe('the generation', () => {
  it('is fresh for a second after the look began, not after it ended', async () => {
    const { state, looks, generation } = byHand();
    expect(generation.fresh).toBeUndefined();
    const looked = generation.check(context);
    state.now = 600;
    looks[0]!.answer(7);
    expect(await looked).toBe(7);
    expect(generation.fresh).toBe(7);
    state.now = 1_000;
    expect(generation.fresh).toBe(7);
    state.now = 1_001;
    expect(generation.fresh).toBeUndefined();
  });

  it('is looked up once for all who ask at once', async () => {
    const { looks, generation } = byHand();
    const asked = [generation.check(context), generation.check(context)];
    looks[0]!.answer(3);
    expect([await Promise.all(asked), looks.length]).toEqual([[3, 3], 1]);
  });

  it('is not taken from a look that began more than a second before the question', async () => {
    const { state, looks, generation } = byHand();
    const slow = generation.check(context);
    state.now = 1_001;
    const later = generation.check(context);
    looks[1]!.answer(9);
    expect(await later).toBe(9);
    state.now = 1_500;
    looks[0]!.answer(3);
    expect([await slow, generation.fresh]).toEqual([9, 9]);
  });

  it('does not fail for all because the one who asked first has gone', async () => {
    const { looks, generation } = byHand();
    const gone = new AbortController();
    const first = generation.check({ ...context, signal: gone.signal });
    const other = generation.check(context);
    gone.abort();
    expect(looks[0]!.context.signal.aborted).toBe(false);
    looks[0]!.answer(1);
    expect(await Promise.all([first, other])).toEqual([1, 1]);
  });

  it('is not believed after a look that failed, and can be looked up again', async () => {
    const { looks, generation } = byHand();
    const looked = generation.check(context);
    looks[0]!.fail(new StoreError('unavailable', 'gone'));
    await expect(looked).rejects.toMatchObject({ code: 'unavailable' });
    expect(generation.fresh).toBeUndefined();
    const again = generation.check(context);
    looks[1]!.answer(2);
    expect(await again).toBe(2);
  });

  it('never goes back behind what this process wrote', async () => {
    const { looks, generation } = byHand();
    const looked = generation.check(context);
    generation.advance(5);
    looks[0]!.answer(4);
    expect([await looked, generation.fresh]).toEqual([5, 5]);
  });
});

describe('what is kept', () => {
  it('is good for its generation only, and nothing older comes in', () => {
    const kept = new Kept<string, number>(10);
    kept.set(1, 'a', 1);
    expect([kept.get(1, 'a'), kept.get(2, 'a'), kept.get(0, 'a')]).toEqual([1, undefined, undefined]);
    kept.set(2, 'b', 2);
    kept.set(1, 'a', 1);
    expect([kept.get(2, 'a'), kept.get(2, 'b'), kept.get(1, 'a')]).toEqual([undefined, 2, undefined]);
  });

  it('is bounded', () => {
    const kept = new Kept<number, number>(3);
    for (let i = 0; i < 4; i++) kept.set(1, i, i);
    expect([kept.get(1, 0), kept.get(1, 3)]).toEqual([undefined, 3]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ByteBudget } from './byte-budget.js';

const MIB = 1024 * 1024;

describe('ByteBudget', () => {
  it('never hands out more than its capacity and gets all of it back', async () => {
    const budget = new ByteBudget(4 * MIB, 20);
    const held = [];
    for (;;) {
      const got = await budget.acquire(MIB).catch((error: unknown) => error);
      if (!(typeof got === 'object' && got !== null && 'release' in got)) {
        expect(got).toMatchObject({ code: 'slow-down' });
        break;
      }
      held.push(got as Awaited<ReturnType<ByteBudget['acquire']>>);
      expect(budget.usedBytes).toBeLessThanOrEqual(4 * MIB);
    }
    expect(budget.usedBytes).toBe(4 * MIB);
    for (const reservation of held) {
      reservation.release();
      reservation.release();
    }
    expect(budget.usedBytes).toBe(0);
  });

  it('gives buffers that do not overlap', async () => {
    const budget = new ByteBudget(3 * MIB, 20);
    const held = [await budget.acquire(MIB), await budget.acquire(1), await budget.acquire(200_000), await budget.acquire(MIB)];
    held.forEach((reservation, index) => reservation.buffer.fill(index + 1));
    held.forEach((reservation, index) => expect(reservation.buffer.every((byte) => byte === index + 1)).toBe(true));
  });

  it('gives smaller pieces the fuller it is', async () => {
    const budget = new ByteBudget(4 * MIB, 20);
    const sizes = [];
    for (let i = 0; i < 6; i++) sizes.push((await budget.acquire(MIB)).bytes / 1024);
    expect(sizes).toEqual([1024, 1024, 256, 256, 256, 256]);
  });

  it('serves waiters in their order, and asks holders to hand on', async () => {
    const budget = new ByteBudget(MIB, 1000);
    let pressed = 0;
    const end = budget.onPressure(() => pressed++);
    const first = await budget.reserve(MIB);
    const order: string[] = [];
    const large = budget.reserve(MIB).then((reservation) => {
      order.push('large');
      reservation.release();
    });
    const small = budget.reserve(1).then(() => order.push('small'));
    expect(pressed).toBe(2);
    end();
    first.release();
    await Promise.all([large, small]);
    expect(order).toEqual(['large', 'small']);
  });

  it('lets who was aborted go, and serves who stood behind', async () => {
    const budget = new ByteBudget(MIB, 10_000);
    const held = await budget.reserve(MIB - 10);
    const abort = new AbortController();
    const large = budget.reserve(MIB, abort.signal);
    const small = budget.reserve(5);
    abort.abort();
    await expect(large).rejects.toMatchObject({ code: 'aborted' });
    await small;
    held.release();
  });

  it('refuses at once what can never fit', async () => {
    await expect(new ByteBudget(MIB, 10_000).reserve(2 * MIB)).rejects.toMatchObject({ code: 'too-large' });
  });
});

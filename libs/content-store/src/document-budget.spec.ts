import { describe, expect, it } from '@jest/globals';
import { ByteBudget } from './byte-budget.js';
import { DocumentBudget } from './document-budget.js';

const MIB = 1024 * 1024;

describe('DocumentBudget', () => {
  it('leaves half of the budget to bodies, however many documents there are', async () => {
    const budget = new ByteBudget(4 * MIB, 20);
    const documents = new DocumentBudget(budget);
    const held = [await documents.reserve(MIB), await documents.reserve(MIB)];
    await expect(documents.reserve(1)).rejects.toMatchObject({ code: 'slow-down' });
    const body = await budget.reserve(2 * MIB);
    expect(budget.usedBytes).toBe(4 * MIB);
    for (const one of [...held, ...held, body]) one.release();
    expect(budget.usedBytes).toBe(0);
    (await documents.reserve(2 * MIB)).release();
    expect(budget.usedBytes).toBe(0);
  });

  it('lets who holds a document take what storing it costs, while others wait to hold one', async () => {
    const budget = new ByteBudget(2 * MIB, 5_000);
    const documents = new DocumentBudget(budget);
    const stored = Array.from({ length: 5 }, async () => {
      const held = await documents.reserve(100 * MIB);
      expect(held.bytes).toBe(MIB);
      await new Promise((resolve) => setImmediate(resolve));
      const buffer = await budget.acquire(64 * 1024);
      buffer.release();
      held.release();
    });
    await Promise.all(stored);
    expect([budget.usedBytes, budget.waiting]).toEqual([0, 0]);
  });

  it('gives its part back when the rest is not to be had', async () => {
    const budget = new ByteBudget(2 * MIB, 20);
    const documents = new DocumentBudget(budget);
    const body = await budget.reserve(2 * MIB);
    await expect(documents.reserve(MIB)).rejects.toMatchObject({ code: 'slow-down' });
    body.release();
    (await documents.reserve(MIB)).release();
  });
});

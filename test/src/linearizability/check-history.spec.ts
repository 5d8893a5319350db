import { describe, expect, it } from '@jest/globals';
import type { Recorded } from './check-history.js';
import { checkHistory } from './check-history.js';
import type { Answer, Operation } from './register.js';

const read: Operation = { kind: 'read' };
const write = (value: string): Operation => ({ kind: 'write', value });
const create = (value: string): Operation => ({ kind: 'create', value });
const replace = (expected: string, value: string): Operation => ({ kind: 'replace', expected, value });
const remove: Operation = { kind: 'remove' };
const done: Answer = { kind: 'done' };
const refused: Answer = { kind: 'refused' };
const unknown: Answer = { kind: 'unknown' };
const saw = (value?: string): Answer => ({ kind: 'value', value });
const op = (begun: number, ended: number, operation: Operation, answer: Answer): Recorded => ({ begun, ended, operation, answer });

describe('checkHistory', () => {
  it.each<[string, Recorded[]]>([
    ['nothing', []],
    ['one after the other', [op(1, 2, create('a'), done), op(3, 4, read, saw('a')), op(5, 6, remove, done), op(7, 8, read, saw())]],
    ['two creators at once, one winner', [op(1, 4, create('a'), done), op(2, 3, create('b'), refused), op(5, 6, read, saw('a'))]],
    ['the later begun wins', [op(1, 5, create('a'), refused), op(2, 3, create('b'), done)]],
    ['a read beside a write sees either', [op(1, 9, write('a'), done), op(2, 3, read, saw()), op(4, 5, read, saw('a'))]],
    ['a chain of replacements that overlap', [op(1, 2, create('a'), done), op(3, 9, replace('a', 'b'), done), op(4, 8, replace('b', 'c'), done), op(10, 11, read, saw('c'))]],
    ['an unanswered write is seen much later', [op(1, 2, write('a'), unknown), op(3, 4, read, saw()), op(50, 51, read, saw('a'))]],
    ['an unanswered write is never seen', [op(1, 2, write('a'), unknown), op(3, 4, create('b'), done)]],
    ['an unanswered create that lost', [op(1, 2, create('a'), unknown), op(3, 4, create('b'), done), op(5, 6, read, saw('b'))]],
    ['a refused delete of what was replaced', [op(1, 2, create('a'), done), op(3, 6, replace('a', 'b'), done), op(4, 5, { kind: 'remove-if', expected: 'a' }, refused)]],
  ])('explains %s', (_name, history) => {
    expect(checkHistory(history)).toBeUndefined();
  });

  it.each<[string, Recorded[], number]>([
    ['two winners', [op(1, 3, create('a'), done), op(2, 4, create('b'), done)], 1],
    ['a stale read', [op(1, 2, write('a'), done), op(3, 4, write('b'), done), op(5, 6, read, saw('a'))], 2],
    ['a lost update', [op(1, 2, create('a'), done), op(3, 6, replace('a', 'b'), done), op(4, 7, replace('a', 'c'), done)], 2],
    ['a read of what nobody wrote', [op(1, 2, read, saw('ghost'))], 0],
    ['a value that comes back', [op(1, 2, write('a'), done), op(3, 4, remove, done), op(5, 6, read, saw('a'))], 2],
    ['two reads that see time run backwards', [op(1, 9, write('a'), done), op(2, 3, read, saw('a')), op(4, 5, read, saw())], 2],
    ['a refusal without a reason', [op(1, 2, create('a'), refused)], 0],
    ['an unanswered write that is undone', [op(1, 2, write('a'), unknown), op(3, 4, read, saw('a')), op(5, 6, read, saw())], 2],
  ])('finds %s', (_name, history, at) => {
    expect(checkHistory(history)?.at).toBe(history[at]);
  });

  it('agrees with a register that a random schedule really used, and finds one false answer in it', () => {
    let state = 7;
    const random = (below: number) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
    const history: Recorded[] = [];
    let value: string | undefined;
    for (let i = 0; i < 2000; i++) {
      const operation = [read, write(`v${i}`), create(`v${i}`), replace(value ?? 'none', `v${i}`), remove][random(5)]!;
      const holds = operation.kind === 'create' ? value === undefined : operation.kind !== 'replace' || value !== undefined;
      const answer = operation.kind === 'read' ? saw(value) : holds ? done : refused;
      if (operation.kind !== 'read' && holds) value = 'value' in operation ? operation.value : undefined;
      // It takes effect at i; begin and end lie around it and overlap those of others.
      history.push(op(i - random(8), i + 0.5 + random(8), operation, answer));
    }
    expect(checkHistory(history)).toBeUndefined();
    const at = history.findIndex(({ answer }, i) => i > 1000 && answer.kind === 'done');
    const broken = history.map((recorded, i) => (i === at ? { ...recorded, answer: saw('ghost'), operation: read } : recorded));
    expect(checkHistory(broken)).toBeDefined();
  });
});

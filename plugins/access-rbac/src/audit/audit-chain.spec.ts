import { beforeEach, describe, expect, it } from '@jest/globals';
import { AuditWorld, START, change, event } from './audit.spec.fixture.js';
import { checkpointWrite, segmentIdOf, segmentRemoval, segmentWrite, type SignedText, type StoredSegment } from './audit-documents.js';
import { HEAD } from './checkpoint-ledger.js';

let world: AuditWorld;
beforeEach(() => void (world = new AuditWorld()));

const segments = () => world.documents.segments(world.context, { limit: 1_000 });
const checkpoints = async () => (await world.documents.checkpoints(world.context, { after: 0, limit: 1_000 })).map(({ value }) => value as SignedText);
const said = async () => (await checkpoints()).map(({ text }) => JSON.parse(text) as { number: number; cause: string; heads: { chain: string; sequence: number }[] });

/** Two processes, one after the other, with several segments each. */
async function history(): Promise<void> {
  for (let process = 0; process < 2; process++) {
    const { trail } = world.process();
    for (let i = 0; i < 3; i++) {
      await trail.record(world.context, event({ requestId: `P${process}R${i}a` }));
      await trail.record(world.context, event({ requestId: `P${process}R${i}b` }));
      world.now += 61_000;
      await trail.tick();
    }
    await trail.close();
  }
}

describe('the chain of a process', () => {
  it('numbers its records, each with the hash of the one before it, and is joined to the next by checkpoints', async () => {
    await history();
    expect((await segments()).map(({ chain, first }) => [chain, first])).toEqual([['chain1', 1], ['chain1', 3], ['chain1', 5], ['chain2', 1], ['chain2', 3], ['chain2', 5]]);
    expect((await world.records()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
    expect((await said()).map(({ number, cause, heads }) => [number, cause, ...heads.map(({ chain, sequence }) => `${chain}:${sequence}`)])).toEqual([
      [1, 'opened', 'chain1:0'],
      [2, 'written', 'chain1:2'],
      [3, 'written', 'chain1:4'],
      [4, 'written', 'chain1:6'],
      [5, 'opened', 'chain2:0', 'chain1:6'],
      [6, 'written', 'chain2:2'],
      [7, 'written', 'chain2:4'],
      [8, 'written', 'chain2:6'],
    ]);
    expect(await world.problems()).toEqual([]);
  });

  it('takes the unsigned end of a crashed process into the first checkpoint of the next', async () => {
    const crashed = world.process();
    await crashed.trail.record(world.context, event());
    await crashed.trail.record(world.context, event());
    world.now += 10;
    await world.process().trail.record(world.context, event());
    expect((await said()).at(-1)!.heads.map(({ chain, sequence }) => `${chain}:${sequence}`)).toEqual(['chain2:0', 'chain1:2']);
    const [first] = await segments();
    await world.tamper([segmentWrite(first!.id, { ...bare(first!), lines: first!.lines.split('\n')[0]! })]);
    expect(await world.problems()).toEqual(['chain chain1, record 2: is missing, and all up to 2']);
  });

  it('fills segments, and appends to small ones', async () => {
    const { listener, trail } = world.process();
    await listener.handle(world.context, Array.from({ length: 1_200 }, (_, i) => change(i + 1)));
    await trail.record(world.context, event());
    await trail.record(world.context, event());
    const all = await segments();
    expect(all.length).toBeGreaterThan(3);
    for (const { lines } of all) expect(lines.length).toBeLessThan(65_536);
    expect((await world.records({ limit: 10_000 })).map(({ seq }) => seq)).toEqual(Array.from({ length: 1_202 }, (_, i) => i + 1));
    expect(await world.problems()).toEqual([]);
  });

  it('goes on ascending when the clock runs backwards', async () => {
    const { trail } = world.process();
    await trail.record(world.context, event());
    world.now -= 3_600_000;
    for (let i = 0; i < 100; i++) await trail.record(world.context, event({ reason: 'x'.repeat(1_000) }));
    expect((await segments()).length).toBeGreaterThan(2);
    expect(await world.problems()).toEqual([]);
  });

  it('lets two processes write side by side', async () => {
    const [one, two] = [world.process(), world.process()];
    await Promise.all([...Array(5)].flatMap(() => [one.trail.record(world.context, event()), two.trail.record(world.context, event())]));
    world.now += 61_000;
    await Promise.all([one.trail.tick(), two.trail.tick()]);
    expect((await said()).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(await world.problems()).toEqual([]);
  });
});

const bare = ({ chain, first, lines }: StoredSegment) => ({ chain, first, lines });
const put = (segment: StoredSegment, lines: readonly string[]) => segmentWrite(segment.id, { ...bare(segment), lines: lines.join('\n') });

describe('tampering is found', () => {
  beforeEach(history);

  const cases: readonly [string, (all: readonly StoredSegment[], signed: readonly SignedText[]) => ReturnType<AuditWorld['tamper']>, RegExp][] = [
    ['an edited record', ([, second]) => world.tamper([put(second!, second!.lines.replace('10.0.0.1', '10.0.0.2').split('\n'))]), /^chain chain1, record 4: does not follow record 3/],
    ['an edited last record of a segment', ([, second]) => world.tamper([put(second!, [second!.lines.split('\n')[0]!, second!.lines.split('\n')[1]!.replace('R1b', 'R9b')])]), /^chain chain1, record 4: is not what a checkpoint says/],
    ['a removed record', ([, second]) => world.tamper([put(second!, second!.lines.split('\n').slice(1))]), /^chain chain1, record 3: is not in its place/],
    ['a removed last record', ([first]) => world.tamper([put(first!, first!.lines.split('\n').slice(0, 1))]), /^chain chain1, record 2: is missing, the next is 3/],
    ['a record put in', ([, second]) => world.tamper([put(second!, [...second!.lines.split('\n'), second!.lines.split('\n')[1]!])]), /^chain chain1, record 5: is not in its place/],
    ['records in another order', ([, second]) => world.tamper([put(second!, second!.lines.split('\n').reverse())]), /^chain chain1, record 3: is not in its place/],
    ['a removed segment', ([, second]) => world.tamper([segmentRemoval(second!.id)]), /^chain chain1, record 3: is missing, the next is 5/],
    ['a removed first segment', ([first]) => world.tamper([segmentRemoval(first!.id)]), /^chain chain1, record 1: is missing, the next is 3/],
    ['a removed last segment', (all) => world.tamper([segmentRemoval(all.at(-1)!.id)]), /^chain chain2, record 5: is missing, and all up to 6/],
    ['a whole chain that is gone', (all) => world.tamper(all.filter(({ chain }) => chain === 'chain2').map(({ id }) => segmentRemoval(id))), /^chain chain2, record 1: is missing, and all up to 6/],
    ['segments that changed places', ([, second, third]) => world.tamper([put(second!, third!.lines.split('\n')), put(third!, second!.lines.split('\n'))]), /^chain chain1, record 3: is not in its place, there is 5/],
    ['a segment under another time', ([, second]) => world.tamper([segmentRemoval(second!.id), segmentWrite(segmentIdOf(START + 61_001, 'chain1', 3), bare(second!))]), /^chain chain1, record 3: stands under a name/],
    ['a copied segment', ([first]) => world.tamper([segmentWrite(segmentIdOf(START + 1, 'chain1', 1), bare(first!))]), /^chain chain1, record 3: stands there twice/],
    ['a chain that no checkpoint knows', ([first]) => world.tamper([segmentWrite(segmentIdOf(START, 'chain9', 1), { ...bare(first!), chain: 'chain9' })]), /^chain chain9, record 1: does not begin the chain/],
    ['nonsense', ([first]) => world.tamper([put(first!, ['{'])]), /^chain chain1, record 1: is not readable/],
    ['an edited checkpoint', (_all, [, second]) => world.tamper([{ ...checkpointWrite(2, { ...second!, text: second!.text.replace('"sequence":2', '"sequence":1') }), ifRevision: undefined }]), /^checkpoint 2: its signature/],
    ['a removed checkpoint', () => world.tamper([{ ...checkpointWrite(3, { text: '', signature: '' }), value: undefined, ifRevision: undefined }]), /^checkpoint 3: is missing/],
    ['a removed last checkpoint', () => world.tamper([{ ...checkpointWrite(8, { text: '', signature: '' }), value: undefined, ifRevision: undefined }]), /^checkpoint 8: is missing, the last is 8/],
    ['checkpoints that changed places', (_all, [, second, third]) => world.tamper([{ ...checkpointWrite(2, third!), ifRevision: undefined }, { ...checkpointWrite(3, second!), ifRevision: undefined }]), /^checkpoint 2: stands in the place of another/],
    ['a checkpoint put in', (_all, signed) => world.tamper([checkpointWrite(9, signed[0]!)]), /^checkpoint 9: stands in the place of another/],
    ['an end that was cut off with its checkpoint', (all) => world.tamper([segmentRemoval(all.at(-1)!.id), { ...checkpointWrite(8, { text: '', signature: '' }), value: undefined, ifRevision: undefined }]), /^checkpoint 8: is missing/],
  ];

  it.each(cases)('%s', async (_name, tamper, expected) => {
    await tamper(await segments(), await checkpoints());
    const problems = await world.problems();
    expect(problems[0]).toMatch(expected);
  });

  it('every single byte of a segment counts', async () => {
    const [, second] = await segments();
    for (let at = 0; at < second!.lines.length; at++) {
      const changed = second!.lines[at] === 'x' ? 'y' : 'x';
      await world.tamper([segmentWrite(second!.id, { ...bare(second!), lines: second!.lines.slice(0, at) + changed + second!.lines.slice(at + 1) })]);
      if ((await world.problems()).length === 0) throw new Error(`a changed byte ${at} is not found`);
    }
    await world.tamper([segmentWrite(second!.id, bare(second!))]);
    expect(await world.problems()).toEqual([]);
  });

  it('but the newest end behind the last checkpoint, and a store set back whole, which the log bears witness of', async () => {
    const { trail } = world.process();
    await trail.record(world.context, event());
    await trail.record(world.context, event());
    const last = (await segments()).at(-1)!;
    await world.tamper([put(last, last.lines.split('\n').slice(0, 1))]);
    expect(await world.problems()).toEqual([]);
    const head = (await world.documents.state(world.context, HEAD))!.value as { number: number };
    expect(world.logged.filter((message) => message === 'audit checkpoint')).toHaveLength(head.number);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { BucketSettings, Decision, Resource } from '@zas/plugin-api';
import { AccessRequest } from './decision/access-request.js';
import { ANONYMOUS, callerOf, type Caller } from './decision/caller.js';
import { decide } from './decision/decide.js';
import { setsOf, type IdentityPolicies } from './decision/identity-sets.js';
import { parsePolicy } from './policy/parse-policy.js';
import { PolicyCache } from './policy/policy-cache.js';
import { VerdictCache } from './policy/verdict-cache.js';
import { accountOf, IDS, isRoot, plainly, type Case, type PlainPolicy, type PlainStatement, type World } from './plain-evaluator.spec.fixture.js';
import { policyOf, randomCase, randomFrom, randomStatement, randomWorld, type Random } from './random-cases.spec.fixture.js';

const textOf = (statements: PlainPolicy): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const compiled = (statements: PlainPolicy) => parsePolicy(textOf(statements), 'identity');

type Rename = (name: string) => string;
const asIs: Rename = (name) => name;

function callerIn({ who, claims, identity, boundary, sessions }: World, rename: Rename): Caller {
  const own: IdentityPolicies = { policies: identity.map(compiled), ...(boundary && { boundary: compiled(boundary) }) };
  if (who === 'nobody') return { ...ANONYMOUS, ...setsOf({ ...own, sessions: sessions.map(compiled) }) };
  const id = rename(accountOf(who));
  const account = { id, canonicalId: `c${id}`, displayName: who };
  const role = who.charAt(1) === ':' ? { id: `role:${who.slice(2)}/ci`, assumedRole: who.slice(2) } : {};
  const principal = { id: `config:${who.slice(2) || who}`, account, accountRoot: isRoot(who), serverRoot: false, credentialId: 'K', roles: [], groups: [], claims, ...role };
  return callerOf(principal, own, sessions.map(compiled));
}

/** Asks the engine, with or without the object. */
type Ask = (one: Omit<Case, keyof World>, seen?: boolean) => Decision;

function engine(world: World, rename = asIs): Ask & { readonly cached: () => number } {
  const settings: BucketSettings = { ...world.settings, ...(world.hanging.length > 0 && { policy: textOf(world.hanging) }) };
  const [caller, policy, verdicts] = [callerIn(world, rename), new PolicyCache().of(settings), new VerdictCache()];
  const place = { bucket: rename('box'), ownerAccount: rename(IDS.A), settings };
  const ask: Ask = ({ action, key, object, request }, seen = true) => {
    const said = new Map(Object.entries(request).map(([name, value]) => [name.toLowerCase(), value]));
    const resource: Resource = key === undefined ? { type: 'bucket', ...place } : { type: 'object', ...place, key, ...(seen && { object }) };
    return decide(new AccessRequest(caller, action, resource, policy, (name) => said.get(name), { verdicts }));
  };
  return Object.assign(ask, { cached: () => verdicts.size });
}

describe('the engine and the plain evaluator', () => {
  it('agree on 120,000 random questions', () => {
    const random = randomFrom(20_261_107);
    const seen = { allow: 0, look: 0, cached: 0 };
    for (let i = 0; i < 15_000; i++) {
      const world = randomWorld(random);
      const ask = engine(world);
      for (let j = 0; j < 8; j++) {
        const one = randomCase(random, world);
        const expected = plainly(one);
        const [unseen, known] = [ask(one, false), ask(one)];
        if (known.allow !== expected || known.needsObject === true) throw new Error(`case ${i}.${j}: plainly ${expected}, but ${JSON.stringify({ known, one }, null, 1)}`);
        if (unseen.needsObject !== true && unseen.allow !== expected) throw new Error(`case ${i}.${j}: decided too early, ${JSON.stringify({ unseen, one }, null, 1)}`);
        if (expected) seen.allow++;
        if (unseen.needsObject === true) seen.look++;
      }
      seen.cached += ask.cached();
    }
    expect(seen.allow).toBeGreaterThan(15_000);
    expect(seen.look).toBeGreaterThan(5_000);
    expect(seen.cached).toBeGreaterThan(20_000);
  });
});

describe('whatever the policies say', () => {
  const WORLDS = 1_000;

  /** What the engine says of the same questions in a world and in others made of it. */
  function compare(seed: number, change: (world: World, random: Random) => World, check: (before: Decision, after: Decision, world: World) => void): void {
    const random = randomFrom(seed);
    for (let i = 0; i < WORLDS; i++) {
      const world = randomWorld(random);
      const [before, after] = [engine(world), engine(change(world, random))];
      for (let j = 0; j < 4; j++) {
        const one = randomCase(random, world);
        check(before(one), after(one), world);
      }
    }
  }
  const effect = (statement: PlainStatement, Effect: PlainStatement['Effect']): PlainStatement => ({ ...statement, Effect });

  it('an explicit deny wins', () => {
    const all: PlainStatement = { Effect: 'Deny', Action: ['*'], Resource: ['*'], Condition: {} };
    for (const place of ['identity', 'boundary', 'session'] as const) {
      const deny = (world: World): World => {
        if (place === 'identity') return { ...world, identity: [...world.identity, [all]] };
        return place === 'boundary' ? { ...world, boundary: [...(world.boundary ?? []), all] } : { ...world, sessions: [...world.sessions, [all, effect(all, 'Allow')]] };
      };
      compare(1, deny, (_before, after) => expect(after.allow).toBe(false));
    }
  });

  it('an added Deny adds nothing, and an added Allow takes nothing', () => {
    compare(2, (world, random) => ({ ...world, identity: [...world.identity, [effect(randomStatement(random, false), 'Deny')]] }), (before, after) => expect(!before.allow && after.allow).toBe(false));
    compare(3, (world, random) => ({ ...world, identity: [[effect(randomStatement(random, false), 'Allow')], ...world.identity] }), (before, after) => expect(before.allow && !after.allow).toBe(false));
  });

  it('a session policy and a boundary add nothing', () => {
    compare(4, (world, random) => ({ ...world, sessions: [...world.sessions, policyOf(random, false)] }), (before, after) => expect(!before.allow && after.allow).toBe(false));
    const capped = (world: World, random: Random): World => (world.boundary === undefined ? { ...world, boundary: policyOf(random, false) } : world);
    compare(5, capped, (before, after) => expect(!before.allow && after.allow).toBe(false));
  });

  it('the order of statements and of policies does not matter, nor how statements are spread over policies', () => {
    const reversed = <Item>(items: readonly Item[]): readonly Item[] => [...items].reverse();
    const turned = (world: World): World => ({ ...world, hanging: reversed(world.hanging), identity: reversed(world.identity).map(reversed), sessions: reversed(world.sessions).map(reversed) });
    compare(6, turned, (before, after) => expect(after.allow).toBe(before.allow));
    compare(7, (world) => ({ ...world, identity: world.identity.flat().map((statement) => [statement]) }), (before, after) => expect(after.allow).toBe(before.allow));
  });

  it('names are only names', () => {
    // Alike enough for all wildcards.
    const others: readonly (readonly [string, string])[] = [[IDS.A, '444444444444'], [IDS.B, '333333333333'], ['box', 'bqx'], ['ann', 'aun'], ['bob', 'bib'], ['deploy', 'dexloy']];
    const rename = (text: string): string => others.reduce((so, [name, other]) => so.replaceAll(name, other), text);
    const renamed = <Item>(item: Item): Item => JSON.parse(rename(JSON.stringify(item))) as Item;
    const random = randomFrom(8);
    for (let i = 0; i < WORLDS; i++) {
      const world = randomWorld(random);
      const [before, after] = [engine(world), engine(renamed(world), rename)];
      for (let j = 0; j < 4; j++) {
        const { key, ...one } = randomCase(random, world);
        expect(after({ ...renamed(one), key: key && rename(key) }).allow).toBe(before({ ...one, key }).allow);
      }
    }
  });
});

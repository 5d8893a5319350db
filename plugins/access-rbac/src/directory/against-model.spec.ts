import { describe, expect, it } from '@jest/globals';
import type { Principal, Resource } from '@zas/plugin-api';
import crypto from 'node:crypto';
import { AccessWorld, failure, HOME, START, user } from '../access-world.spec.fixture.js';
import type { Access } from '../build-access.js';
import { plainly, type Case, type PlainPolicy, type World } from '../plain-evaluator.spec.fixture.js';
import { randomCase, randomFrom, type Random } from '../random-cases.spec.fixture.js';
import type { MadeKey } from './keys.js';
import { DirectoryModel, type Operation } from './directory-model.spec.fixture.js';
import { GROUPS, POLICIES, randomOperation, randomPolicy, ROLES, textOf, USERS } from './random-operations.spec.fixture.js';

const QUESTIONS = 6;
const SEEDS = Array.from({ length: 1_000 }, (_item, i) => i * 7_919 + 17);

/** Makes a change where the plugin makes it. */
async function perform({ parts: { users, groups, roles, policies, keys } }: Access, { context, now }: AccessWorld, one: Operation, key: { id: string; user: string } | undefined): Promise<MadeKey | undefined> {
  const [at, nobody] = [[context, HOME] as const, { id: 'ZAKAAAAAAAAAAAAAAAAA', user: 'ann' }];
  const { id: keyId, user: owner } = key ?? nobody;
  switch (one.kind) {
    case 'create-user': return void (await users.create(...at, one.id, one.patch));
    case 'update-user': return void (await users.update(...at, one.id, () => one.patch));
    case 'delete-user': return users.delete(...at, one.id) as Promise<undefined>;
    case 'create-group': return void (await groups.create(...at, one.id, one.patch));
    case 'update-group': return void (await groups.update(...at, one.id, () => one.patch));
    case 'delete-group': return groups.delete(...at, one.id) as Promise<undefined>;
    case 'create-role': return void (await roles.create(...at, one.id, one.patch));
    case 'update-role': return void (await roles.update(...at, one.id, () => one.patch));
    case 'delete-role': return roles.delete(...at, one.id) as Promise<undefined>;
    case 'create-policy': return void (await policies.create(...at, one.id, { document: textOf(one.policy) }));
    case 'update-policy': return void (await policies.update(...at, one.id, { document: textOf(one.policy) }));
    case 'delete-policy': return policies.delete(...at, one.id) as Promise<undefined>;
    case 'attach': return policies.attach(...at, one.id, one.holder) as Promise<undefined>;
    case 'detach': return policies.detach(...at, one.id, one.holder) as Promise<undefined>;
    case 'create-key': return keys.create(...at, one.user, { kind: 'access', policy: one.policy && textOf(one.policy), ...(one.lasts !== undefined && { expiresAt: now + one.lasts }) });
    case 'update-key': return void (await keys.update(...at, owner, keyId, { enabled: one.enabled, expiresAt: typeof one.lasts === 'number' ? now + one.lasts : one.lasts }));
    case 'rotate-key': return keys.rotate(...at, owner, keyId, one.grace);
    case 'delete-key': return keys.delete(...at, owner, keyId) as Promise<undefined>;
  }
}

interface Step {
  readonly operations: readonly [Operation, Operation?];
  /** In which server; the other makes the second operation at the same time. */
  readonly server: 0 | 1;
  readonly later: number;
  /** For the questions, and for how the two get in each other's way. */
  readonly seed: number;
}

function randomStep(random: Random): Step {
  const { chance, pick } = random;
  let second = chance(0.25) ? randomOperation(random) : undefined;
  let first = randomOperation(random);
  while (second && [first, second].some(({ kind }) => kind.endsWith('-key'))) [first, second] = [randomOperation(random), randomOperation(random)];
  return { operations: [first, second], server: pick([0, 1]), later: pick([0, 1, 1, 2, 1_001]), seed: pick(SEEDS) };
}

/** Something of each kind, so that most operations find what they are about. */
function beginning(random: Random): readonly Step[] {
  const operations: readonly Operation[] = [
    ...POLICIES.map((id) => ({ kind: 'create-policy', id, policy: randomPolicy(random) }) as const),
    ...ROLES.map((id) => ({ kind: 'create-role', id, patch: { policies: ['p'] } }) as const),
    ...GROUPS.map((id) => ({ kind: 'create-group', id, patch: { policies: ['q'], roles: random.pick([[], ['admin']]) } }) as const),
    ...USERS.map((id) => ({ kind: 'create-user', id, patch: { groups: ['g'], roles: ['deploy'] } }) as const),
    ...USERS.map((user) => ({ kind: 'create-key', user }) as const),
  ];
  return operations.map((operation) => ({ operations: [operation], server: 0, later: 0, seed: 1 }));
}

class Difference extends Error {}

/** What came up, so that agreeing says something. */
class Seen {
  allowed = 0;
  denied = 0;
  keys = 0;
  readonly answers = new Map<string, number>();

  answered(code: string): void {
    this.answers.set(code, (this.answers.get(code) ?? 0) + 1);
  }
}

/** Two servers over one store, and the model. */
class Run {
  readonly world = new AccessWorld();
  readonly servers: readonly Access[];
  model = new DirectoryModel();
  hadAdministrator = false;

  constructor(readonly seen: Seen) {
    this.servers = [this.world.replica(), this.world.replica()];
  }

  async step({ operations: [first, second], server, later, seed }: Step): Promise<void> {
    const { world, servers } = this;
    const random = randomFrom(seed);
    world.now += later;
    const ran = async (at: number, one: Operation) => {
      let made: MadeKey | undefined;
      const key = 'nth' in one ? this.model.nth(one.nth) : undefined;
      const code = await failure(perform(servers[at]!, world, one, key).then((found) => (made = found)));
      return { one, code: code === 'nothing' ? '' : code, made: made && { id: made.key.id, secret: made.secret } };
    };
    const busy = second !== undefined || random.chance(0.2);
    if (busy) world.store.pace = async () => void (random.chance(0.5) && (await new Promise(setImmediate)));
    const answers = await Promise.all([ran(server, first), ...(second ? [ran(1 - server, second)] : []), ...(busy ? [this.#chatter()] : [])]).then((all) => all.filter((one) => one !== undefined));
    world.store.pace = async () => undefined;
    // In one order or the other.
    const outcomes = [answers, [...answers].reverse()].slice(0, answers.length).map((order) => {
      const model = this.model.copy();
      return { model, fits: order.map(({ one, code, made }) => model.apply(one, world.now, made) === code).every(Boolean), expected: order.map(({ one }) => `${one.kind}`) };
    });
    const stored = JSON.stringify(await this.#stored());
    const found = outcomes.find(({ model, fits }) => fits && JSON.stringify(plainRecords(model)) === stored);
    if (found === undefined) throw new Difference(`answers ${JSON.stringify(answers.map(({ code }) => code))}, stored ${stored}, model ${JSON.stringify(outcomes.map(({ model, fits }) => ({ fits, records: plainRecords(model) })))}`);
    this.model = found.model;
    for (const { code } of answers) this.seen.answered(code);
    this.hadAdministrator ||= this.model.hasAdministrator;
    if (this.hadAdministrator && !this.model.hasAdministrator) throw new Difference('no administrator is left');
    // Who made no change looks, or has to because its last look was too long ago.
    if (later <= 1_000 || busy) for (const { generation } of servers) await generation.check(world.context);
    for (const access of servers) await this.#compare(access, random);
  }

  /** Questions while everything changes: either answer is right, but what was read for them must not be kept. */
  async #chatter(): Promise<undefined> {
    const { world, servers, model } = this;
    const resource = { type: 'object', bucket: 'box', key: 'k', ownerAccount: HOME, object: null } as const;
    for (let round = 0; round < 3; round++) {
      const asked = servers.flatMap((access) => [
        access.generation.check(world.context),
        ...USERS.map((id) => access.authorizer.decide(world.context, { principal: user(id), action: 's3:GetObject', resource })),
        ...model.keys.map(({ id }) => access.credentials.find(world.context, id)),
      ]);
      await Promise.all(asked);
    }
  }

  async #stored() {
    const { store } = this.servers[0]!.parts;
    const { context } = this.world;
    const users = await store.listOwned(context, 'users', HOME, { limit: 100 });
    const [groups, roles] = [await store.listOwned(context, 'groups', HOME, { limit: 100 }), await store.listOwned(context, 'roles', HOME, { limit: 100 })];
    return [
      users.map(({ id, enabled, roles: own, groups: within, policies, boundary }) => [id, enabled, own, within, policies, boundary]),
      groups.map(({ id, roles: own, policies }) => [id, own, policies]),
      roles.map(({ id, policies }) => [id, policies]),
      (await store.listOwned(context, 'policies', HOME, { limit: 100 })).map(({ id, document }) => [id, document]),
    ];
  }

  async #compare(access: Access, random: Random): Promise<void> {
    const { world, model } = this;
    for (const key of model.keys) {
      const found = await access.credentials.find(world.context, key.id);
      const secret = model.isGood(key, world.now) ? key.secret : undefined;
      if (found?.secret !== secret) throw new Difference(`key of ${key.user}: ${found ? 'good' : 'none'}, but in the model ${secret ? 'good' : 'none'}`);
      if (found) this.seen.keys++;
      if (found) await this.#ask(access, random, found.principal, `A/${key.user}`, model.policiesOfUser(key.user, { roles: [], groups: [] }), key.policy ? [key.policy] : []);
    }
    for (let i = 0; i < QUESTIONS; i++) {
      if (random.chance(0.3)) {
        const [role, issuedAt] = [random.pick(ROLES), world.now - random.pick([0, 1, 2, 1_000])];
        const identity = model.policiesOfRole(role, issuedAt);
        await this.#ask(access, random, { ...user(`role:${role}/ci`), assumedRole: role, issuedAt }, `A:${role}`, identity && { identity, boundary: undefined });
        continue;
      }
      const [id, token] = [random.pick([...USERS, 'ghost']), random.chance(0.3) ? { roles: random.some(ROLES), groups: random.some([...GROUPS, 'none']) } : { roles: [], groups: [] }];
      await this.#ask(access, random, { ...user(id), ...token }, `A/${id.replace(':', '/')}`, model.policiesOfUser(id, token));
    }
  }

  async #ask(access: Access, random: Random, principal: Principal, who: string, own: { identity: readonly PlainPolicy[]; boundary: PlainPolicy | undefined } | undefined, sessions: readonly PlainPolicy[] = []): Promise<void> {
    const empty: World = { who: who as World['who'], claims: {}, settings: {}, hanging: [], identity: own?.identity ?? [], boundary: own?.boundary, sessions };
    const one: Case = { ...randomCase(random, empty), ...empty };
    const said = new Map(Object.entries(one.request).map(([name, value]) => [name.toLowerCase(), value]));
    const place = { bucket: 'box', ownerAccount: HOME, settings: {} };
    const resource: Resource = one.key === undefined ? { type: 'bucket', ...place } : { type: 'object', ...place, key: one.key, object: one.object };
    const { allow, reason } = await access.authorizer.decide(this.world.context, { principal, action: one.action, resource, attributes: (name) => said.get(name) });
    const expected = own !== undefined && plainly(one);
    if (expected) this.seen.allowed++;
    else this.seen.denied++;
    if (allow !== expected) throw new Difference(`${who} ${one.action} ${one.key}: ${allow} (${reason}), but in the model ${expected}`);
  }
}

const sorted = <T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] => [...map].filter(([id]) => id !== 'admin').sort(([a], [b]) => (a < b ? -1 : 1));
const plainRecords = ({ users, groups, roles, policies }: DirectoryModel) => [
  sorted(users).map(([id, { enabled, roles: own, groups: within, policies: hung, boundary }]) => [id, enabled, own, within, hung, boundary]),
  sorted(groups).map(([id, { roles: own, policies: hung }]) => [id, own, hung]),
  sorted(roles).map(([id, { policies: hung }]) => [id, hung]),
  sorted(policies).map(([id, policy]) => [id, textOf(policy)]),
];

/** Where and why it fails first; `undefined`: nowhere. */
async function firstDifference(steps: readonly Step[], seen = new Seen()): Promise<{ at: number; reason: string } | undefined> {
  const run = new Run(seen);
  run.world.now = START;
  await run.servers[0]!.accounts.create(run.world.context, HOME, 'Home');
  for (const [at, step] of steps.entries()) {
    try {
      await run.step(step);
    } catch (error) {
      return { at, reason: error instanceof Difference ? error.message : String((error as Error).stack) };
    }
  }
  return undefined;
}

/** Leaves out what is not needed for the failure, one step at a time. */
async function shortened(steps: readonly Step[]): Promise<readonly Step[]> {
  let short = steps;
  for (let at = short.length - 2; at >= 0; at--) {
    const fewer = short.toSpliced(at, 1);
    const found = await firstDifference(fewer);
    if (found) [short, at] = [fewer.slice(0, found.at + 1), Math.min(at, found.at)];
  }
  return short;
}

async function agree(seed: number, lists: number, length: number): Promise<Seen> {
  const seen = new Seen();
  for (let i = 0; i < lists; i++) {
    const random = randomFrom(seed + i);
    const steps = [...beginning(random), ...Array.from({ length }, () => randomStep(random))];
    const found = await firstDifference(steps, seen);
    if (found === undefined) continue;
    const short = await shortened(steps.slice(0, found.at + 1));
    throw new Error(`seed ${seed}, list ${i}, ${short.length} steps: ${(await firstDifference(short))?.reason ?? found.reason}\n${short.map((step) => JSON.stringify(step)).join('\n')}`);
  }
  return seen;
}

describe('two servers over one store, and the model', () => {
  it('agree for known seeds', async () => {
    const { allowed, denied, keys, answers } = await agree(1, 30, 40);
    const often = (code: string): number => answers.get(code) ?? 0;
    for (const count of [allowed, denied, keys]) expect(count).toBeGreaterThan(1_000);
    for (const code of ['', 'not-found', 'already-exists', 'conflict built-in', 'conflict in-use', 'conflict last-administrator']) expect({ code, often: often(code) > 4 }).toEqual({ code, often: true });
  });

  it('agree for a seed of this run', async () => {
    const seed = crypto.randomInt(2 ** 31);
    process.stderr.write(`directory model with seed ${seed}\n`);
    expect((await agree(seed, 8, 45)).denied).toBeGreaterThan(0);
  });
});

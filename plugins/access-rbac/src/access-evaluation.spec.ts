import { describe, expect, it } from '@jest/globals';
import type { Acl, AclPermission, BucketSettings, Grantee, GranteeGroup, ObjectFacts, Principal, Question, Resource, Tags } from '@zas/plugin-api';
import { testContext } from '@zas/plugin-testkit';
import { readFileSync } from 'node:fs';
import { AccessRequest } from './decision/access-request.js';
import { ANONYMOUS, callerOf, type IdentityPolicies } from './decision/caller.js';
import { decide } from './decision/decide.js';
import { examineIdentityPolicy } from './policy/examine-policy.js';
import { parsePolicy } from './policy/parse-policy.js';
import type { Policy } from './policy/policy.js';
import { PolicyCache } from './policy/policy-cache.js';
import { SessionPolicies } from './policy/session-policies.js';
import { PolicyAuthorizer } from './policy-authorizer.js';
import { fixedPolicies } from './policy-source.js';

/** The document is the test: its fixtures, and one test a row. */
const DOCUMENT = readFileSync(new URL('../../../api/access-evaluation.md', import.meta.url), 'utf8');

interface World {
  readonly accounts: Readonly<Record<string, string>>;
  readonly canonicalIds: Readonly<Record<string, string>>;
  readonly buckets: Readonly<Record<string, string>>;
  readonly repositories: Readonly<Record<string, string>>;
  readonly acls: Readonly<Record<string, readonly (readonly [string, AclPermission])[]>>;
  readonly tags: Readonly<Record<string, Tags>>;
}
type Documents = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const BLOCKS = [...DOCUMENT.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text as string) as unknown);
const [WORLD, BUCKET_POLICIES, IDENTITY_POLICIES] = BLOCKS as [World, Documents, Documents];

/** The rows of the tables that have these columns, by column. */
function rowsOf(...columns: readonly string[]): readonly Readonly<Record<string, string>>[] {
  const found: Record<string, string>[] = [];
  let inside = false;
  for (const line of DOCUMENT.split('\n')) {
    const cells = line.startsWith('|') ? line.slice(1, line.lastIndexOf('|')).split('|').map((cell) => cell.trim()) : undefined;
    if (cells === undefined) inside = false;
    else if (cells.join() === columns.join()) inside = true;
    else if (inside && !cells[0]?.startsWith('---')) found.push(Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ''])));
  }
  return found;
}

const listOf = (cell: string): readonly string[] => (cell === '' ? [] : cell.split(',').map((item) => item.trim()));
const accountOf = (name: string): string => (name === 'anonymous' ? name : (WORLD.accounts[name] as string));
const code = (cell: string): string => cell.replace(/^`|`$/g, '');

function principalOf(who: string): Principal | undefined {
  if (who === 'nobody') return undefined;
  const [name = '', user] = who === 'server' ? ['S'] : who.split('/');
  const [role, session] = user?.split(':') ?? [];
  return {
    id: session === undefined ? `config:${user ?? name}` : `role:${role}/${session}`,
    ...(session !== undefined && { assumedRole: role }),
    account: { id: accountOf(name), canonicalId: WORLD.canonicalIds[name] as string, displayName: name },
    accountRoot: user === undefined,
    serverRoot: who === 'server',
    credentialId: 'KEY',
    roles: [],
    groups: [],
  };
}

function aclOf(name: string): Acl {
  return (WORLD.acls[name] as World['acls'][string]).map(([to, permission]) => {
    const grantee: Grantee = to.includes('-') ? { kind: 'group', group: to as GranteeGroup } : { kind: 'account', account: accountOf(to) };
    return { grantee, permission };
  });
}

/** Several policies become one: they are statements. */
function documentOf(policies: readonly (Readonly<Record<string, unknown>> | undefined)[]): string {
  const whole = policies.find((policy) => policy?.['Statement'] !== undefined);
  return JSON.stringify(whole ?? { Version: '2012-10-17', Statement: policies });
}

function settingsOf(cell: string): BucketSettings | undefined {
  const names = listOf(cell);
  if (names.length === 0) return undefined;
  const policies = names.filter((name) => name in BUCKET_POLICIES);
  const ownership = names.find((name): name is NonNullable<BucketSettings['objectOwnership']> => /^(BucketOwner\w+|ObjectWriter)$/.test(name));
  const acl = names.find((name) => name in WORLD.acls);
  const tags = names.find((name) => name in WORLD.tags);
  const switches = ['blockPublicAcls', 'ignorePublicAcls', 'blockPublicPolicy', 'restrictPublicBuckets'] as const;
  const known = [...policies, ownership, acl, tags, ...switches];
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) throw new Error(`nothing is called ${strange.join()}`);
  const block = Object.fromEntries(switches.map((name) => [name, names.includes(name)])) as unknown as BucketSettings['publicAccessBlock'];
  return Object.freeze({
    ...(policies.length > 0 && { policy: documentOf(policies.map((name) => BUCKET_POLICIES[name])) }),
    ...(ownership !== undefined && { objectOwnership: ownership }),
    ...(acl !== undefined && { acl: aclOf(acl) }),
    ...(tags !== undefined && { tags: WORLD.tags[tags] }),
    publicAccessBlock: block,
  });
}

function objectOf(cell: string): ObjectFacts | null | undefined {
  if (cell === '?' || cell.startsWith('upload ')) return undefined;
  if (cell === 'none') return null;
  const [owner = '', ...rest] = listOf(cell);
  const acl = rest.find((name) => name in WORLD.acls);
  const tags = rest.find((name) => name in WORLD.tags);
  return {
    owner: accountOf(owner.replace('of ', '')),
    ...(acl !== undefined && { acl: aclOf(acl) }),
    ...(tags !== undefined && { tags: WORLD.tags[tags] }),
  };
}

function initiatorOf(cell: string): { principal: string; account: string } | undefined {
  const found = cell.startsWith('upload of ') ? principalOf(cell.slice('upload of '.length)) : undefined;
  return found && { principal: found.id, account: found.account.id };
}

function resourceOf(on: string, bucket: string, object: string): Resource {
  if (on === 'service') return { type: 'service' };
  if (on.startsWith('repository ')) {
    const repository = on.slice('repository '.length);
    return { type: 'repository', repository, ownerAccount: accountOf(WORLD.repositories[repository] as string), settings: settingsOf(bucket) };
  }
  const [name = '', ...rest] = on.split('/');
  const key = rest.join('/');
  if (name === 'admin') return { type: 'admin', name: key };
  const stored = { bucket: name, ownerAccount: accountOf(WORLD.buckets[name] as string), settings: settingsOf(bucket) };
  return rest.length === 0 ? { type: 'bucket', ...stored } : { type: 'object', ...stored, key, object: objectOf(object), initiator: initiatorOf(object) };
}

const identityPolicy = (name: string): Policy => {
  const policy = parsePolicy(documentOf([IDENTITY_POLICIES[name]]), 'identity');
  examineIdentityPolicy(policy);
  return policy;
};

const entriesOf = (cell: string, start: string): readonly string[] => listOf(cell).filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));

function ownSideOf(cell: string): IdentityPolicies {
  const [boundary] = entriesOf(cell, 'boundary:');
  const policies = listOf(cell).filter((name) => name !== '' && !name.includes(':')).map((name) => {
    const [policy = '', called] = name.split(' as ');
    return called === undefined ? identityPolicy(policy) : identityPolicy(policy).named(called);
  });
  return { policies, ...(boundary !== undefined && { boundary: identityPolicy(boundary) }) };
}

/** What a credential says of its bearer. */
function credentialOf(cell: string): Pick<Principal, 'sessionPolicies' | 'claims' | 'issuedAt'> {
  const sessions = entriesOf(cell, 'session:').map((name) => documentOf([IDENTITY_POLICIES[name]]));
  const claims = entriesOf(cell, 'claim:').map((claim) => claim.split('=') as [string, string]).map(([name, value]) => [name, value.includes('+') ? value.split('+') : value] as const);
  const [issued] = entriesOf(cell, 'issued:');
  return {
    ...(sessions.length > 0 && { sessionPolicies: sessions }),
    ...(claims.length > 0 && { claims: Object.fromEntries(claims) }),
    ...(issued !== undefined && { issuedAt: Date.parse(issued) }),
  };
}

function attributesOf(cell: string): NonNullable<Question['attributes']> {
  const pairs = listOf(cell).map((pair) => [pair.slice(0, pair.indexOf('=')).toLowerCase(), pair.slice(pair.indexOf('=') + 1)] as const);
  const found = new Map(pairs);
  return (key) => {
    const value = found.get(key);
    return value?.includes('+') === true ? value.split('+') : value;
  };
}

const known = {
  hasAccount: (id: string) => Object.values(WORLD.accounts).includes(id),
  hasCanonicalId: (id: string) => Object.values(WORLD.canonicalIds).includes(id),
};
const cache = new PolicyCache();
const context = testContext();

const VECTORS = rowsOf('#', 'who', 'does', 'on', 'bucket', 'object', 'own side', 'request', 'answer', 'because');
const PROBLEMS = rowsOf('#', 'policy', 'problem');
const PUBLIC = rowsOf('#', 'principal', 'condition', 'public');

describe('the truth table', () => {
  it('is all there, each row once', () => {
    const numbers = [...VECTORS, ...PROBLEMS, ...PUBLIC].map((row) => row['#']);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(VECTORS.length).toBeGreaterThan(300);
    expect(PROBLEMS.length).toBeGreaterThan(45);
    expect(PUBLIC.length).toBeGreaterThan(30);
  });

  it.each(VECTORS.map((row) => [`${row['#']}: ${row.who} ${row.does} ${row.on}`, row] as const))('%s', async (_name, row) => {
    const { who = '', does: action = '', on = '', bucket = '', object = '', request = '' } = row;
    const bare = principalOf(who);
    const principal = bare && { ...bare, ...credentialOf(row['own side'] ?? '') };
    const resource = resourceOf(on, bucket, object);
    const own = ownSideOf(row['own side'] ?? '');
    const attributes = attributesOf(request);
    const policy = 'settings' in resource ? cache.of(resource.settings) : undefined;
    const caller = principal === undefined ? ANONYMOUS : callerOf(principal, own, new SessionPolicies().of(principal.sessionPolicies ?? []));

    const decision = decide(new AccessRequest(caller, action, resource, policy, attributes));
    const answer = decision.allow ? 'allow' : decision.needsObject === true ? 'look' : 'deny';
    expect(`${answer}: ${decision.reason}`).toBe(`${row.answer}: ${row.because}`);

    const authorizer = new PolicyAuthorizer(known, fixedPolicies(new Map(principal === undefined ? [] : [[principal.id, own]])));
    const question: Question = { principal, action, resource, attributes };
    expect(await authorizer.decide(context, question)).toEqual(decision);
    expect(await authorizer.explain(context, question)).toMatchObject(decision);
  });
});

describe('what a bucket policy may say', () => {
  it.each(PROBLEMS.map(({ '#': number, policy = '', problem = '' }) => [number, code(policy), problem] as const))('%s', async (_number, policy, problem) => {
    const report = await new PolicyAuthorizer(known, fixedPolicies(new Map())).examinePolicy(context, policy, { name: 'box' });
    expect(report.problem ?? '').toBe(problem);
  });
});

describe('what is public', () => {
  it.each(PUBLIC.map(({ '#': number, principal = '', condition = '', public: open }) => [number, code(principal), code(condition), open === 'yes'] as const))(
    '%s',
    async (_number, principal, condition, open) => {
      const with_ = condition === '' ? '' : `,"Condition":${condition}`;
      const statement = `{"Effect":"Allow","Principal":${principal},"Action":"s3:*","Resource":"arn:aws:s3:::box/*"${with_}}`;
      const report = await new PolicyAuthorizer(known, fixedPolicies(new Map())).examinePolicy(context, `{"Version":"2012-10-17","Statement":[${statement}]}`, { name: 'box' });
      expect(report).toEqual({ public: open });
    },
  );
});

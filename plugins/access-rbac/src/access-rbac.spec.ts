import { ANONYMOUS_ACCOUNT_ID, authenticator, authorizer, credentials, definePlugin, deriveAccountId, metadataStore, provide, type BucketSettings, type Question } from '@zas/plugin-api';
import { z } from 'zod';
import {
  MemoryMetadataStore,
  authenticatorSuite,
  authorizerSuite,
  collectResults,
  credentialsSuite,
  startTestHost,
  testContext,
  testPrincipal,
  type Runner,
  type TestHost,
} from '@zas/plugin-testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deriveCanonicalId } from './accounts.js';
import plugin from './index.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const context = testContext();

const ALICE = { id: 'alice', displayName: 'Alice', accessKeyId: 'ALICEKEY', secretAccessKey: 'alice:secret:1', account: '123456789012' };
const BOB = { id: 'bob', displayName: 'Bob', accessKeyId: 'BOBKEY', secretAccessKey: 'bob-secret-1', account: '123456789012' };
const READS = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' } };
/** As brought along from AWS, with services that are not here. */
const FOREIGN = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:*:*:key/*', Condition: { StringEquals: { 'kms:ViaService': 's3' } } } };
const READER = { id: 'rea', displayName: 'Rea', accessKeyId: 'REAKEY', secretAccessKey: 'rea-secret-1', account: '123456789012', policies: [READS, FOREIGN] };
const CAPPED = { ...READER, id: 'cap', accessKeyId: 'CAPKEY', policies: [JSON.stringify(READS)], boundary: { ...READS, Statement: { ...READS.Statement, Action: 's3:List*' } } };
const CAROL = { id: 'carol', displayName: 'Carol', accessKeyId: 'CAROLKEY', secretAccessKey: 'carol-secret-1' };
const ROOT = { accessKeyId: 'ROOTKEY', secretAccessKey: 'root-secret-1' };
const pulls = (effect: string, ...names: readonly string[]) => ({ Effect: effect, Action: 'oci:*', Resource: names.map((name) => `arn:zas:oci:::${name}`) });
const PULLER = { ...READER, id: 'pull', accessKeyId: 'PULLKEY', policies: [{ Version: '2012-10-17', Statement: [pulls('Allow', 'team/*', 'base', 'open/x'), pulls('Deny', 'team/secret')] }] };
const OPEN = { policy: JSON.stringify({ Statement: { ...pulls('Allow', 'open/*'), Principal: '*' } }) };
const CONFIG = { identities: [ALICE, BOB, CAROL, READER, CAPPED, PULLER], root: ROOT };

const memory = definePlugin({
  id: 'memory-metadata',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [metadataStore],
  config: z.strictObject({}),
  setup: () => ({ provide: [provide(metadataStore, new MemoryMetadataStore())] }),
});
const start = (config: unknown = CONFIG): Promise<TestHost> => startTestHost({ plugins: [memory, { plugin, config }] });
const basic = (key: string, secret: string) => `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
const principalOf = async (host: TestHost, key: string) => (await host.points.one(credentials).find(context, key))?.principal;

credentialsSuite(runner, async () => {
  const host = await start();
  return { credentials: host.points.one(credentials), known: { accessKeyId: 'ALICEKEY', secret: ALICE.secretAccessKey }, close: host.stop };
});

async function authorizerSubject() {
  const host = await start();
  const alice = await principalOf(host, 'ALICEKEY');
  const bob = await principalOf(host, 'BOBKEY');
  const root = await principalOf(host, 'ROOTKEY');
  const [reader, capped] = [await principalOf(host, 'REAKEY'), await principalOf(host, 'CAPKEY')];
  const puller = await principalOf(host, 'PULLKEY');
  const bucket = { type: 'bucket', bucket: 'b', ownerAccount: ALICE.account } as const;
  const object = { ...bucket, type: 'object', key: 'k' } as const;
  const service = { type: 'service' } as const;
  const admin = { type: 'admin', name: 'plugins' } as const;
  const repository = (name: string, ownerAccount = ALICE.account, settings?: BucketSettings) => ({ type: 'repository', repository: name, ownerAccount, settings }) as const;
  const shared = { ...object, settings: { objectOwnership: 'ObjectWriter' } } as const;
  const ask = (principal: Question['principal'], action: string, resource: Question['resource']): Question => ({ principal, action, resource });
  return {
    authorizer: host.points.one(authorizer),
    allowed: [
      ask(alice, 'oci:DescribeRepository', repository('team/app')),
      ask(puller, 'oci:DescribeRepository', repository('team/app')),
      ask(puller, 'oci:DescribeRepository', repository('base')),
      ask(puller, 'oci:DescribeRepository', repository('open/x', '999999999999', OPEN)),
      ask(undefined, 'oci:DescribeRepository', repository('open/x', '999999999999', OPEN)),
      ask(alice, 's3:ListBucket', bucket),
      ask(alice, 's3:GetObject', object),
      ask(alice, 's3:ListAllMyBuckets', service),
      ask(root, 's3:CreateBucket', service),
      ask(root, 'admin:plugins', admin),
      ask(reader, 's3:ListBucket', bucket),
      ask(reader, 's3:GetObject', object),
      ask(capped, 's3:ListBucket', bucket),
    ],
    denied: [
      ask(puller, 'oci:DescribeRepository', repository('team/secret')),
      ask(puller, 'oci:DescribeRepository', repository('based')),
      ask(puller, 'oci:DescribeRepository', repository('team/app', '999999999999')),
      ask(puller, 'oci:DescribeRepository', repository('open/y', '999999999999', OPEN)),
      ask(undefined, 'oci:DescribeRepository', repository('team/app')),
      ask(reader, 's3:PutObject', object),
      ask(alice, 's3:GetObject', shared),
      ask(undefined, 's3:GetObject', shared),
      ask(capped, 's3:GetObject', object),
      ask(bob, 's3:ListBucket', bucket),
      ask(bob, 's3:CreateBucket', service),
      ask(root, 's3:ListBucket', bucket),
      ask(root, 's3:GetObject', object),
      ask(alice, 'admin:plugins', admin),
      ask(alice, 'admin:plugins', bucket),
      ask(alice, 's3:DeleteEverything', service),
      ask(undefined, 's3:GetObject', object),
    ],
    close: host.stop,
  };
}

authorizerSuite(runner, authorizerSubject);

authenticatorSuite(runner, async () => {
  const host = await start();
  const [first] = host.points.all(authenticator);
  if (first === undefined) throw new Error('no authenticator');
  return {
    authenticator: first,
    accepted: [
      { authorization: basic('ALICEKEY', ALICE.secretAccessKey), principalId: 'config:alice' },
      { authorization: basic('ROOTKEY', ROOT.secretAccessKey).replace('Basic', 'bASIC'), principalId: 'config:root' },
    ],
    rejected: [basic('ALICEKEY', BOB.secretAccessKey), basic('NOBODY', ''), basic('ALICEKEY', ''), 'Basic %%%', 'Basic', `Basic ${Buffer.from('nocolon').toString('base64')}`],
    close: host.stop,
  };
});

describe('identities', () => {
  it('makes the first identity of an account its root and its face', async () => {
    const host = await start();
    const account = { id: ALICE.account, canonicalId: deriveCanonicalId(ALICE.account), displayName: 'Alice' };
    expect(await principalOf(host, 'ALICEKEY')).toMatchObject({ id: 'config:alice', account, accountRoot: true, serverRoot: false });
    expect(await principalOf(host, 'BOBKEY')).toMatchObject({ id: 'config:bob', account, accountRoot: false, serverRoot: false });
    expect(await principalOf(host, 'CAROLKEY')).toMatchObject({ account: { id: deriveAccountId('carol') }, accountRoot: true });
    expect(await principalOf(host, 'ROOTKEY')).toEqual({
      id: 'config:root',
      account: { id: deriveAccountId('root'), canonicalId: deriveCanonicalId(deriveAccountId('root')), displayName: 'root' },
      accountRoot: true,
      serverRoot: true,
      credentialId: 'ROOTKEY',
      roles: [],
      groups: [],
    });
    await host.stop();
  });

  it('gives accounts the canonical id of their first identity, or one that is the same everywhere', async () => {
    const host = await start({ identities: [{ ...ALICE, canonicalId: 'aliceOld1', email: 'alice@example.com' }, { ...BOB, canonicalId: 'aliceOld1' }, CAROL] });
    const all = host.points.one(credentials);
    const alice = (await principalOf(host, 'BOBKEY'))?.account;
    expect(alice).toEqual({ id: ALICE.account, canonicalId: 'aliceOld1', displayName: 'Alice' });
    expect(await all.accountByCanonicalId(context, 'aliceOld1')).toBe(alice);
    expect(await all.accountByCanonicalId(context, deriveCanonicalId(deriveAccountId('carol')))).toMatchObject({ displayName: 'Carol' });
    expect(deriveCanonicalId('123456789012')).toBe('2f5736182043e58794b932efc6de8796940cac7ac9a389698eca53a7eb3be32c');
    await host.stop();
  });

  it('knows the anonymous account, which nobody can be', async () => {
    const host = await start();
    const all = host.points.one(credentials);
    const anonymous = { id: ANONYMOUS_ACCOUNT_ID, canonicalId: '65a011a29cdf8ec533ec3d1ccaae921c', displayName: 'anonymous' };
    expect(await all.account(context, ANONYMOUS_ACCOUNT_ID)).toEqual(anonymous);
    expect(await all.accountByCanonicalId(context, anonymous.canonicalId)).toEqual(anonymous);
    await host.stop();
    expect(await start({ identities: [{ ...ALICE, account: ANONYMOUS_ACCOUNT_ID }] }).catch((error: Error) => error.message)).toContain('expected 12 digits');
  });

  it.each([
    [{ identities: [ALICE, { ...CAROL, accessKeyId: 'ALICEKEY' }] }, 'identities[1].accessKeyId: is the same as identities[0].accessKeyId'],
    [{ identities: [ALICE, { ...CAROL, id: 'alice' }] }, 'identities[1].id: is the same as identities[0].id'],
    [{ identities: [{ ...ALICE, accessKeyId: 'ROOTKEY' }], root: ROOT }, 'identities[0].accessKeyId: is the same as root.accessKeyId'],
    [{ identities: [{ ...ALICE, account: '12345' }] }, 'identities[0].account: expected 12 digits'],
    [{ identities: [{ ...ALICE, secretAccessKey: 'hushhus' }] }, 'identities[0].secretAccessKey: expected at least 8 characters'],
    [{ identities: [{ ...ALICE, id: 'root' }] }, '"root" names the root of the server'],
    [{ identities: [ALICE, { ...CAROL, canonicalId: deriveCanonicalId(ALICE.account) }] }, 'identities[1].canonicalId: is the same as identities[0].canonicalId'],
    [{ identities: [ALICE, { ...BOB, canonicalId: 'abc' }] }, 'identities[1].canonicalId: is not the one that the first identity of the account has'],
    [{ identities: [{ ...ALICE, canonicalId: 'a-b' }] }, 'identities[0].canonicalId: expected 64 hexadecimal digits'],
    [{ identities: [{ ...ALICE, canonicalId: '65a011a29cdf8ec533ec3d1ccaae921c' }] }, 'identities[0].canonicalId: is the one of anonymous callers'],
    [{ identities: [{ ...ALICE, email: 'alice' }] }, 'identities[0].email: expected an e-mail address'],
    [{ identities: [{ ...ALICE, email: 'a@b.org' }, { ...CAROL, email: 'a@b.org' }] }, 'identities[1].email: is the same as identities[0].email'],
    [{ identities: [{ ...ALICE, policies: [READS, { ...READS, Statement: [] }] }] }, 'identities[0].policies[1]: Could not parse the policy: Statement is empty!'],
    [{ identities: [{ ...ALICE, policies: ['{'] }] }, 'identities[0].policies[0]: Policies must be valid JSON'],
    [{ identities: [{ ...ALICE, policies: [{ ...READS, Statement: { ...READS.Statement, Principal: '*' } }] }] }, 'identities[0].policies[0]: Policy document should not specify a principal.'],
    [{ identities: [{ ...ALICE, boundary: { ...READS, Statement: { ...READS.Statement, Action: 's3:Gett*' } } }] }, 'identities[0].boundary: Policy has invalid action'],
    [{ identities: [{ ...ALICE, boundary: { ...READS, Statement: { ...READS.Statement, Condition: { Bool: { 's3:Secure': 'true' } } } } }] }, 'identities[0].boundary: Policy has an invalid condition key'],
    [{ identities: [{ ...ALICE, policies: [5] }] }, 'identities[0].policies[0]: expected a policy document or its JSON'],
    [{ identities: [{ ...ALICE, accesKeyId: 'X' }] }, 'accesKeyId: unknown key (did you mean "accessKeyId"?)'],
  ])('refuses what cannot be right (%#)', async (config, message) => {
    const failure = await start(config).catch((error: Error) => error.message);
    expect(failure).toContain(message);
    expect(failure).not.toContain('hushhus');
  });
});

describe('broken twins', () => {
  it('an authorizer that forgets who the root of an account is', async () => {
    const { failed } = await collectResults((own) =>
      authorizerSuite(own, async () => {
        const subject = await authorizerSubject();
        const asRoot = (question: Question): Question => ({
          ...question,
          principal: question.principal && { ...testPrincipal('x', question.principal.account.id), serverRoot: question.principal.serverRoot },
        });
        const { decide } = subject.authorizer;
        return { ...subject, authorizer: { ...subject.authorizer, decide: (where, question) => decide(where, asRoot(question)) } };
      }),
    );
    expect(failed).toContain('allows what it must and denies what it must, saying why');
  });
});

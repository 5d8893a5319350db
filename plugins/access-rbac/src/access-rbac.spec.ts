import { authenticator, authorizer, credentials, deriveAccountId, type Question } from '@zas/plugin-api';
import {
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
import plugin from './index.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const context = testContext();

const ALICE = { id: 'alice', displayName: 'Alice', accessKeyId: 'ALICEKEY', secretAccessKey: 'alice:secret:1', account: '123456789012' };
const BOB = { id: 'bob', displayName: 'Bob', accessKeyId: 'BOBKEY', secretAccessKey: 'bob-secret-1', account: '123456789012' };
const CAROL = { id: 'carol', displayName: 'Carol', accessKeyId: 'CAROLKEY', secretAccessKey: 'carol-secret-1' };
const ROOT = { accessKeyId: 'ROOTKEY', secretAccessKey: 'root-secret-1' };
const CONFIG = { identities: [ALICE, BOB, CAROL], root: ROOT };

const start = (config: unknown = CONFIG): Promise<TestHost> => startTestHost({ plugins: [{ plugin, config }] });
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
  const bucket = { type: 'bucket', bucket: 'b', ownerAccount: ALICE.account } as const;
  const object = { ...bucket, type: 'object', key: 'k' } as const;
  const service = { type: 'service' } as const;
  const admin = { type: 'admin', name: 'plugins' } as const;
  const ask = (principal: Question['principal'], action: string, resource: Question['resource']): Question => ({ principal, action, resource });
  return {
    authorizer: host.points.one(authorizer),
    allowed: [
      ask(alice, 's3:ListBucket', bucket),
      ask(alice, 's3:GetObject', object),
      ask(alice, 's3:ListAllMyBuckets', service),
      ask(root, 's3:CreateBucket', service),
      ask(root, 'admin:plugins', admin),
    ],
    denied: [
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
    const account = { id: ALICE.account, canonicalId: 'alice', displayName: 'Alice' };
    expect(await principalOf(host, 'ALICEKEY')).toMatchObject({ id: 'config:alice', account, accountRoot: true, serverRoot: false });
    expect(await principalOf(host, 'BOBKEY')).toMatchObject({ id: 'config:bob', account, accountRoot: false, serverRoot: false });
    expect(await principalOf(host, 'CAROLKEY')).toMatchObject({ account: { id: deriveAccountId('carol') }, accountRoot: true });
    expect(await principalOf(host, 'ROOTKEY')).toEqual({
      id: 'config:root',
      account: { id: deriveAccountId('root'), canonicalId: 'root', displayName: 'root' },
      accountRoot: true,
      serverRoot: true,
      credentialId: 'ROOTKEY',
      roles: [],
      groups: [],
    });
    await host.stop();
  });

  it.each([
    [{ identities: [ALICE, { ...CAROL, accessKeyId: 'ALICEKEY' }] }, 'identities[1].accessKeyId: is the same as identities[0].accessKeyId'],
    [{ identities: [ALICE, { ...CAROL, id: 'alice' }] }, 'identities[1].id: is the same as identities[0].id'],
    [{ identities: [{ ...ALICE, accessKeyId: 'ROOTKEY' }], root: ROOT }, 'identities[0].accessKeyId: is the same as root.accessKeyId'],
    [{ identities: [{ ...ALICE, account: '12345' }] }, 'identities[0].account: expected 12 digits'],
    [{ identities: [{ ...ALICE, secretAccessKey: 'hushhus' }] }, 'identities[0].secretAccessKey: expected at least 8 characters'],
    [{ identities: [{ ...ALICE, id: 'root' }] }, '"root" names the root of the server'],
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

import type { Account, Principal } from '@zas/plugin-api';
import { authenticatorSuite, silentLogger, testContext, type Runner } from '@zas/plugin-testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import bcrypt from 'bcryptjs';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BasicAuthenticator } from './basic-authenticator.js';
import { HtpasswdFile } from './htpasswd/htpasswd-file.js';
import { HtpasswdSource } from './htpasswd/htpasswd-source.js';
import { htpasswdSchema } from './htpasswd/htpasswd-config.js';
import { parseHtpasswd } from './htpasswd/parse-htpasswd.js';
import { LoginThrottle } from './login-throttle.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import type { PasswordSource } from './passwords/password-source.js';
import { VerifiedPasswords } from './passwords/verified-passwords.js';
import { throttleSchema } from './throttle-config.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const context = testContext({ principal: undefined });
const account: Account = { id: '123456789012', canonicalId: 'abc', displayName: 'team' };
const accountOf = () => account;
const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

const text64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
function argon2id(password: string): string {
  const nonce = crypto.randomBytes(16);
  const tag = crypto.argon2Sync('argon2id', { message: password, nonce, parallelism: 1, tagLength: 32, memory: 64, passes: 1 });
  return `$argon2id$v=19$m=64,t=1,p=1$${text64(nonce)}$${text64(tag)}`;
}
const BCRYPT = bcrypt.hashSync('bea-password', 4);
/** Of the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1`. */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

let folder: string;
const hasher = new PasswordHasher({ hashesAtOnce: 2, hashesWaiting: 20 });
beforeAll(async () => void (folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-htpasswd-'))));
afterAll(async () => {
  await hasher.stop();
  await fs.rm(folder, { recursive: true, force: true });
});

let now = 1_000_000;
const clock = { now: () => now, monotonic: () => now };
const unlimited = () => new LoginThrottle(clock, throttleSchema.parse({ enabled: false }));

async function fileOf(text: string, more: object = {}) {
  const file = path.join(folder, crypto.randomUUID());
  await fs.writeFile(file, text);
  const lines: [string, object?][] = [];
  const logger = { ...silentLogger, info: (...line: [string, object?]) => void lines.push(line), error: (...line: [string, object?]) => void lines.push(line) };
  const htpasswd = new HtpasswdFile({ path: file, reloadMs: 5_000, clock, logger });
  await htpasswd.load();
  const verified = new VerifiedPasswords<true>(clock, 300_000);
  const counted = { hashes: 0 };
  const counting = { matches: (...both: Parameters<PasswordHasher['matches']>) => (counted.hashes++, hasher.matches(...both)) } as PasswordHasher;
  const source = new HtpasswdSource(htpasswdSchema.parse({ path: file, ...more }), { file: htpasswd, hasher: counting, verified, accountOf });
  const answer = async (name: string, password: string) => {
    const given = await source.verify(context, name, password);
    return typeof given === 'string' ? given : given.principal.id;
  };
  return { file, source, answer, lines, counted };
}

authenticatorSuite(runner, async () => {
  const { source } = await fileOf(`# people\nann:${argon2id('ann:password')}\r\n\nbea:${BCRYPT}\n`);
  return {
    authenticator: new BasicAuthenticator([source], unlimited()),
    accepted: [
      { authorization: basic('ann', 'ann:password'), principalId: 'htpasswd:ann' },
      { authorization: basic('bea', 'bea-password'), principalId: 'htpasswd:bea' },
    ],
    rejected: [basic('ann', 'bea-password'), basic('bea', ''), basic('Bea', 'bea-password'), basic('nobody', 'x'), basic('', ''), basic('', 'x')],
  };
});

describe('an htpasswd file', () => {
  it('names its users, in the account, roles and groups that the config gives', async () => {
    const { source } = await fileOf(`bea:${BCRYPT}`, { name: 'staff', account: account.id, roles: ['reader'], groups: ['all'], users: { bea: { roles: ['admin', 'reader'] } } });
    expect(await source.verify(context, 'bea', 'bea-password')).toEqual({
      outcome: 'accepted',
      principal: { id: 'staff:bea', account, accountRoot: false, serverRoot: false, credentialId: 'staff:bea', roles: ['reader', 'admin'], groups: ['all'] } satisfies Principal,
    });
  });

  it('takes what other programs hashed', async () => {
    const { answer } = await fileOf([`ref:${REFERENCE}`, ...['a', 'b', 'y'].map((letter) => `${letter}:${BCRYPT.replace(/^\$2b/, `$2${letter}`)}`)].join('\n'));
    expect(await answer('ref', 'password')).toBe('htpasswd:ref');
    for (const letter of ['a', 'b', 'y']) expect(await answer(letter, 'bea-password')).toBe(`htpasswd:${letter}`);
  });

  it.each([
    ['no colon', 'ann', 'line 1: expected name:hash'],
    ['no name', `ann:${BCRYPT}\n:${BCRYPT}`, 'line 2: expected name:hash'],
    ['MD5 of Apache', '#\nann:$apr1$salt$abcdefghijklmnopqrstuv', 'line 2: a hash that is neither bcrypt'],
    ['a clear password', 'ann:hush', 'line 1: a hash that is neither'],
    ['SHA-1', 'ann:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', 'line 1: a hash that is neither'],
    ['Argon2i', `ann:${argon2id('x').replace('argon2id', 'argon2i')}`, 'line 1: a hash that is neither'],
    ['Argon2id of version 16', `ann:${argon2id('x').replace('v=19', 'v=16')}`, 'line 1: a hash that is neither'],
    ['a hash that costs minutes', `ann:${BCRYPT.replace('$04$', '$31$')}`, 'line 1: a bcrypt cost of 31'],
    ['a hash that takes all memory', `ann:${argon2id('x').replace('m=64', 'm=99999999')}`, 'line 1: parameters of Argon2id out of range'],
    ['a name twice', `ann:${BCRYPT}\nann:${BCRYPT}`, 'line 2: the name stands there twice'],
  ])('is refused for %s, by line', (_, text, message) => {
    expect(() => parseHtpasswd(text)).toThrow(message);
    expect(() => parseHtpasswd(text)).not.toThrow(/hush|W6ph5/);
  });

  it('is read again when it changes, and what was right before is forgotten', async () => {
    const { file, answer, lines } = await fileOf(`bea:${BCRYPT}`);
    expect(await answer('bea', 'bea-password')).toBe('htpasswd:bea');
    await fs.writeFile(file, `bea:${argon2id('other')}\ncid:${argon2id('cid-password')}`);
    expect(await answer('cid', 'cid-password')).toBe('unknown');
    now += 5_000;
    expect([await answer('bea', 'bea-password'), await answer('bea', 'other'), await answer('cid', 'cid-password')]).toEqual(['wrong', 'htpasswd:bea', 'htpasswd:cid']);
    expect(lines).toEqual([['Users were read again from a file', { file, users: 2 }]]);
  });

  it('that turns bad or goes away changes nothing, and is told once', async () => {
    const { file, answer, lines } = await fileOf(`bea:${BCRYPT}`);
    await fs.writeFile(file, 'bea:hush');
    for (let i = 0; i < 3; i++) {
      now += 5_000;
      expect(await answer('bea', 'bea-password')).toBe('htpasswd:bea');
    }
    await fs.rm(file);
    for (let i = 0; i < 3; i++) {
      now += 5_000;
      expect(await answer('bea', 'bea-password')).toBe('htpasswd:bea');
    }
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain('hush');
    await fs.writeFile(file, '');
    now += 5_000;
    expect(await answer('bea', 'bea-password')).toBe('unknown');
  });

  it('makes an unknown name cost as much as a known one', async () => {
    const { answer, counted } = await fileOf(`bea:${BCRYPT}`);
    await answer('nobody', 'x');
    await answer('bea', 'x');
    expect(counted.hashes).toBe(2);
    await answer('bea', 'bea-password');
    await answer('bea', 'bea-password');
    expect(counted.hashes).toBe(3);
    now += 300_001;
    await answer('bea', 'bea-password');
    expect(counted.hashes).toBe(4);
  });

  it('takes no password that bcrypt would cut, none with a zero byte and none that is endless', async () => {
    const long = 'p'.repeat(72);
    const { answer } = await fileOf(`ann:${bcrypt.hashSync(long, 4)}\nbea:${argon2id('p'.repeat(1_025))}\ncid:${bcrypt.hashSync('abc', 4)}`);
    expect([await answer('ann', long), await answer('ann', `${long}x`), await answer('bea', 'p'.repeat(1_025)), await answer('cid', 'abc\0'), await answer('cid', 'abc\0x')]).toEqual([
      'htpasswd:ann', 'wrong', 'wrong', 'wrong', 'wrong',
    ]);
  });

  it('stops the start when it cannot be right', async () => {
    const missing = new HtpasswdFile({ path: path.join(folder, 'missing'), reloadMs: 0, clock, logger: silentLogger });
    await expect(missing.load()).rejects.toThrow('ENOENT');
  });
});

describe('Basic over several sources', () => {
  it('asks until one knows the name, and keeps the others as busy', async () => {
    const asked: string[] = [];
    const source = (own: string, known: string): PasswordSource => ({
      verify: async (_context, name) => {
        asked.push(`${own}:${name === known ? name : name.startsWith('nobody-') ? '-' : '?'}`);
        return name === known ? 'wrong' : 'unknown';
      },
    });
    const authenticator = new BasicAuthenticator([source('1', 'ann'), source('2', 'bea')], unlimited());
    const results = [];
    for (const name of ['ann', 'bea', 'cid', 'n'.repeat(300), '']) {
      const { outcome, ...rest } = await authenticator.authenticate(context, { method: 'GET', path: '/', query: '', headers: { authorization: basic(name, 'x') }, peerAddress: '' });
      results.push({ outcome, ...rest });
    }
    expect(asked).toEqual(['1:ann', '2:-', '1:?', '2:bea', '1:?', '2:?', '1:-', '2:-', '1:-', '2:-']);
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
  });
});

describe('hashing', () => {
  it('is bounded, and what is too much is put off', async () => {
    const own = new PasswordHasher({ hashesAtOnce: 1, hashesWaiting: 2 });
    const hash = parseHtpasswd(`bea:${BCRYPT}`).get('bea')!;
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => own.matches('bea-password', hash)));
    expect(all.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as { code: string }).code))).toEqual([true, true, true, 'slow-down', 'slow-down']);
    expect(await own.matches('bea-password', hash)).toBe(true);
    await own.stop();
  });

  it('goes on in a new thread when one was ended', async () => {
    const own = new PasswordHasher({ hashesAtOnce: 1, hashesWaiting: 2 });
    const hash = parseHtpasswd(`bea:${BCRYPT.replace('$04$', '$14$')}`).get('bea')!;
    const waiting = own.matches('x', hash).catch((error: { code: string }) => error.code);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await own.stop();
    expect(await waiting).toBe('unavailable');
    expect(await own.matches('bea-password', parseHtpasswd(`bea:${BCRYPT}`).get('bea')!)).toBe(true);
    await own.stop();
  });
});

describe('API keys under the name of somebody else', () => {
  it('do not let his password be guessed', async () => {
    const keys: PasswordSource = {
      unguessable: true,
      verify: async (_context, _name, password) => (password === 'zas_key' ? { outcome: 'accepted', principal: { id: 'local:vic', account } as Principal } : 'unknown'),
    };
    const people: PasswordSource = { verify: async () => 'wrong' };
    const authenticator = new BasicAuthenticator([keys, people], new LoginThrottle(clock, throttleSchema.parse({ perNameAndAddress: 5 })));
    const login = (password: string) => authenticator.authenticate(context, { method: 'GET', path: '/', query: '', headers: { authorization: basic('vic', password) }, peerAddress: '192.0.2.1' });
    const guesses = async () => {
      for (let i = 0; i < 20; i++) {
        if (i % 3 === 2) expect((await login('zas_key')).outcome).toBe('accepted');
        else expect((await login(`guess ${i}`)).outcome).toBe('rejected');
      }
    };
    await expect(guesses()).rejects.toMatchObject({ code: 'slow-down' });
  });
});

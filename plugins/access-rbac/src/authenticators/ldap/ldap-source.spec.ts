import type { Account } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { authenticatorSuite, testContext, type Runner } from '@zas/plugin-testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BasicAuthenticator } from '../basic-authenticator.js';
import { LoginThrottle } from '../login-throttle.js';
import { VerifiedPasswords } from '../passwords/verified-passwords.js';
import { throttleSchema } from '../throttle-config.js';
import { escapeInDn, escapeInFilter, fillIn } from './escape-name.js';
import { ldapSchema } from './ldap-config.js';
import type { LdapDirectory } from './ldap-directory.js';
import { LdapSource } from './ldap-source.js';

const runner: Runner = { describe, it, before: beforeAll, after: afterAll };
const context = testContext({ principal: undefined });
const account: Account = { id: '123456789012', canonicalId: 'abc', displayName: 'team' };
const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
let now = 0;
const clock = { now: () => now, monotonic: () => now };

/** A directory that knows Ann only, and counts how often it is asked. */
class Double implements Pick<LdapDirectory, 'login'> {
  asked = 0;
  down = false;

  async login(name: string, password: string) {
    this.asked++;
    if (this.down) throw new StoreError('unavailable', 'The directory cannot be asked');
    if (name.toLowerCase() !== 'ann') return 'unknown';
    return password === 'ann-password' ? { name: 'ann', groups: ['admins', 'toString'] } : 'wrong';
  }
}

function make(directory = new Double()) {
  const config = ldapSchema.parse({ url: 'ldaps://ldap.example', userBase: 'dc=example', groups: ['people'], roleMap: { admins: 'zas-admin' } });
  return { directory, source: new LdapSource(config, { directory, verified: new VerifiedPasswords(clock, 60_000), accountOf: () => account }) };
}

authenticatorSuite(runner, async () => ({
  authenticator: new BasicAuthenticator([make().source], new LoginThrottle(clock, throttleSchema.parse({}))),
  accepted: [{ authorization: basic('ANN', 'ann-password'), principalId: 'ldap:ann' }],
  rejected: [basic('ann', 'wrong'), basic('ann', ''), basic('nobody', 'x'), basic('nobody', '')],
}));

describe('people of a directory', () => {
  it('have its groups and those of the config, and the roles of the map', async () => {
    const answer = await make().source.verify(context, 'Ann', 'ann-password');
    expect(answer).toMatchObject({ outcome: 'accepted', principal: { id: 'ldap:ann', account, accountRoot: false, serverRoot: false, groups: ['people', 'admins', 'toString'], roles: ['zas-admin'] } });
  });

  it('are not asked for without a password, or with one that cannot be', async () => {
    const { directory, source } = make();
    for (const [name, password] of [['ann', ''], ['ann', 'a\0'], ['ann', 'x'.repeat(1_025)], ['a\nn', 'x'], ['ann\0', 'ann-password']] as const) expect(await source.verify(context, name, password)).toBe('unknown');
    expect(directory.asked).toBe(0);
  });

  it('that were right are remembered for a while, not longer for being asked for again', async () => {
    const { directory, source } = make();
    for (let i = 0; i < 7; i++) {
      await source.verify(context, 'ann', 'ann-password');
      now += 10_000;
    }
    expect(directory.asked).toBe(2);
    expect(await source.verify(context, 'ann', 'wrong')).toBe('wrong');
    directory.down = true;
    expect(await source.verify(context, 'ann', 'ann-password')).toMatchObject({ outcome: 'accepted' });
    now += 60_000;
    await expect(source.verify(context, 'ann', 'ann-password')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a name', () => {
  it.each([
    ['ann', 'ann'],
    ['a*n', 'a\\2an'],
    ['*)(uid=*', '\\2a\\29\\28uid=\\2a'],
    ['a\\29', 'a\\5c29'],
    ['\0', '\\00'],
    ['zoë', 'zoë'],
  ])('%j stands in a filter as %s', (name, escaped) => {
    expect(escapeInFilter(name)).toBe(escaped);
  });

  it.each([
    ['ann', 'ann'],
    ['a,b=c+d', 'a\\2cb\\3dc\\2bd'],
    [' #"\\<>;', '\\20\\23\\22\\5c\\3c\\3e\\3b'],
    ['ë', '\\c3\\ab'],
    ['\0', '\\00'],
  ])('%j stands in a distinguished name as %s', (name, escaped) => {
    expect(escapeInDn(name)).toBe(escaped);
  });

  it('is no place for another value, nor for a pattern of replacement', () => {
    expect(fillIn('(&(uid={name})(dn={dn}){x})', { name: '{dn}$&', dn: '$1' }, (text) => `<${text}>`)).toBe('(&(uid=<{dn}$&>)(dn=<$1>){x})');
  });
});

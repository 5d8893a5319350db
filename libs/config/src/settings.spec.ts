import { secret } from '@zas/plugin-api';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { byteSize, parseByteSize } from './byte-size.js';
import { describeIssues } from './describe-issues.js';
import { nearest } from './nearest.js';
import { redactValue, secretsIn } from './redact.js';
import { settingsOf, upperSnake } from './settings.js';

const SCHEMA = z.strictObject({
  size: byteSize().prefault('1KiB').describe('bytes'),
  nested: z.strictObject({ flag: z.boolean().optional(), key: secret(z.string()).optional() }).prefault({}),
  users: z.array(z.strictObject({ name: z.string(), pin: secret(z.string()) })).default([]),
  backend: z.union([z.strictObject({ kind: z.literal('disk'), dir: z.string() }), z.strictObject({ kind: z.literal('cloud'), apiKey: z.string() })]).optional(),
});

describe('settingsOf', () => {
  it('finds every leaf with its kind, default and secrecy', () => {
    expect(settingsOf(SCHEMA).map(({ path, kind, secret: hidden }) => [path.join('.'), kind, hidden])).toEqual([
      ['size', 'text', false],
      ['nested.flag', 'boolean', false],
      ['nested.key', 'text', true],
      ['users', 'json', false],
      ['backend', 'json', false],
    ]);
    expect(settingsOf(SCHEMA)[0]).toMatchObject({ default: '1KiB', description: 'bytes' });
  });

  it('names variables in upper snake case', () => {
    expect(upperSnake('http', 'publicUrl')).toBe('HTTP_PUBLIC_URL');
    expect(upperSnake('storage-filesystem')).toBe('STORAGE_FILESYSTEM');
    expect(upperSnake('s3', 'baseDomains')).toBe('S3_BASE_DOMAINS');
  });
});

describe('parseByteSize', () => {
  it.each([['0', 0], ['4096', 4096], ['96MiB', 96 * 2 ** 20], ['1.5 GiB', 1.5 * 2 ** 30], ['5TB', 5e12], ['7B', 7]])('reads %s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', 'MiB', '-1', '1e3', '1 mib', '0x10', '999999999999999TiB', '1MiB '])('refuses "%s"', (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  });
});

describe('describeIssues', () => {
  it('names paths and nearest keys, inside lists and unions too, and quotes no value', () => {
    const value = {
      size: 'hush',
      users: [{ name: 'a', pin: 1, pni: 'hush' }],
      backend: { kind: 'cloud', apikey: 'hush', apiKey: 5 },
    };
    const problems = describeIssues(SCHEMA, SCHEMA.safeParse(value).error?.issues ?? [], 'config');
    expect(problems).toContain('config.users[0].pni: unknown key (did you mean "pin"?)');
    expect(problems.join('\n')).toContain('config.users[0].pin: ');
    expect(problems.join('\n')).toContain('config.backend');
    expect(problems.join('\n')).not.toContain('hush');
  });

  it('proposes only what is near', () => {
    expect(nearest('prot', ['port', 'host'])).toBe('port');
    expect(nearest('completely-other', ['port', 'host'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});

describe('redactValue and secretsIn', () => {
  const value = { size: 1, nested: { key: 'k-secret' }, users: [{ name: 'n', pin: 'p-secret' }], backend: { kind: 'cloud', apiKey: 'a-secret' }, account: 'visible' };

  it('hide what the schema marks and what looks secret', () => {
    expect(redactValue(value, SCHEMA)).toEqual({
      size: 1,
      nested: { key: '***' },
      users: [{ name: 'n', pin: '***' }],
      backend: { kind: 'cloud', apiKey: '***' },
      account: 'visible',
    });
    expect(secretsIn(value, SCHEMA)).toEqual(['k-secret', 'p-secret', 'a-secret']);
  });

  it('hide everything under a secret-looking key when no schema is known', () => {
    expect(redactValue({ tokens: { a: ['x', 1, null] }, plain: 'y' })).toEqual({ tokens: { a: ['***', '***', null] }, plain: 'y' });
  });
});

import { isStoreError } from '@zas/plugin-api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { KeyFile, MASTER_KEY_FILE } from './key-file.js';
import { MasterKeyRing } from './key-ring.js';
import { keysFields } from './keys-config.js';

const ONE = Buffer.alloc(32, 1);
const TWO = Buffer.alloc(32, 2);
const NOTE = Buffer.from('a secret access key');

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'nothing thrown';
  } catch (error) {
    return isStoreError(error) ? error.code : String(error);
  }
};

describe('derived keys', () => {
  it('are the same for the same master key and purpose, and different otherwise', () => {
    const keys = [new MasterKeyRing(ONE), new MasterKeyRing(ONE), new MasterKeyRing(TWO)].flatMap((ring) => [ring.derive('a'), ring.derive('b')].map((key) => key.toString('hex')));
    expect(new Set(keys).size).toBe(4);
    expect(keys.slice(0, 2)).toEqual(keys.slice(2, 4));
    expect(new MasterKeyRing(ONE).derive('a').toString('hex')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('cannot be changed by who was given one', () => {
    const ring = new MasterKeyRing(ONE);
    const before = ring.derive('a').toString('hex');
    ring.derive('a').fill(0);
    expect(ring.derive('a').toString('hex')).toBe(before);
  });

  it('of earlier master keys follow the present one', () => {
    const ring = new MasterKeyRing(TWO, [ONE]);
    expect(ring.deriveAll('a')).toEqual([ring.derive('a'), new MasterKeyRing(ONE).derive('a')]);
  });

  it('want 32 bytes to be made of', () => {
    expect(() => new MasterKeyRing(Buffer.alloc(16))).toThrow('A master key has 32 bytes');
  });
});

describe('what is sealed', () => {
  const ring = new MasterKeyRing(ONE);

  it('opens to what it was, and shows nothing of it', () => {
    const sealed = ring.seal('keys', NOTE, 'ID1');
    expect(ring.open('keys', sealed, 'ID1')).toEqual(NOTE);
    expect(Buffer.from(sealed.split('.')[2]!, 'base64url').includes(NOTE)).toBe(false);
    expect(ring.seal('keys', NOTE, 'ID1')).not.toBe(sealed);
    expect(ring.open('keys', ring.seal('keys', Buffer.alloc(0), ''), '')).toEqual(Buffer.alloc(0));
  });

  it('opens with an earlier master key that is still given, and no longer without', () => {
    const sealed = ring.seal('keys', NOTE, 'ID1');
    expect(new MasterKeyRing(TWO, [ONE]).open('keys', sealed, 'ID1')).toEqual(NOTE);
    expect(codeOf(() => new MasterKeyRing(TWO).open('keys', sealed, 'ID1'))).toBe('corrupt');
  });

  it('does not open for another purpose, another place, or once changed anywhere', () => {
    const sealed = ring.seal('keys', NOTE, 'ID1');
    expect(codeOf(() => ring.open('other', sealed, 'ID1'))).toBe('corrupt');
    expect(codeOf(() => ring.open('keys', sealed, 'ID2'))).toBe('corrupt');
    const [version, id, text] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(text, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(codeOf(() => ring.open('keys', `${version}.${id}.${changed.toString('base64url')}`, 'ID1'))).toBe('corrupt');
    }
    for (const wrong of ['', '1', `1.${id}.`, `2.${id}.${text}`, `1.${id}.${text.slice(0, 20)}`, '\0', `1.${'0'.repeat(16)}.${text}`]) {
      expect(codeOf(() => ring.open('keys', wrong, 'ID1'))).toBe('corrupt');
    }
  });
});

describe('the master key', () => {
  let folder: string;
  beforeEach(async () => void (folder = path.join(await fs.mkdtemp(path.join(os.tmpdir(), 'zas-keys-')), 'plugin')));
  afterEach(() => fs.rm(path.dirname(folder), { recursive: true, force: true }));

  const load = async (config: z.input<z.ZodObject<typeof keysFields>> = {}): Promise<KeyFile> => {
    const ring = new KeyFile(z.strictObject(keysFields).parse(config), folder);
    await ring.load();
    return ring;
  };

  it('is made once, for its owner alone, and found again', async () => {
    const first = await load();
    const sealed = first.seal('keys', NOTE, '');
    const again = await load();
    expect([again.derive('a'), again.deriveAll('a'), again.open('keys', sealed, '')]).toEqual([first.derive('a'), [first.derive('a')], NOTE]);
    const { mode, size } = await fs.stat(path.join(folder, MASTER_KEY_FILE));
    expect([mode & 0o777, size, await fs.readdir(folder)]).toEqual([0o600, 32, [MASTER_KEY_FILE]]);
  });

  it('is one and the same for processes that start at once', async () => {
    const rings = await Promise.all(Array.from({ length: 8 }, () => load()));
    expect(new Set(rings.map((ring) => ring.derive('a').toString('hex'))).size).toBe(1);
    expect(await fs.readdir(folder)).toEqual([MASTER_KEY_FILE]);
  });

  it('comes from the config, without a file', async () => {
    const key = crypto.randomBytes(32);
    const ring = await load({ masterKey: key.toString('base64'), previousMasterKeys: [ONE.toString('base64')] });
    expect(ring.derive('a')).toEqual(new MasterKeyRing(key).derive('a'));
    expect(ring.open('keys', new MasterKeyRing(ONE).seal('keys', NOTE, ''), '')).toEqual(NOTE);
    expect(await fs.stat(folder).catch(({ code }: NodeJS.ErrnoException) => code)).toBe('ENOENT');
  });

  it('is not taken from a file that was cut, nor before it was loaded', async () => {
    await load();
    await fs.writeFile(path.join(folder, MASTER_KEY_FILE), 'short');
    await expect(load()).rejects.toThrow('does not hold 32 bytes');
    expect(() => new KeyFile({ previousMasterKeys: [] }, folder).derive('a')).toThrow('not loaded yet');
  });

  it.each(['', 'c2hvcnQ=', ONE.toString('hex'), ONE.toString('base64url'), `${ONE.toString('base64')}\n`])('is refused in the config as %j', (masterKey) => {
    expect(z.strictObject(keysFields).safeParse({ masterKey }).success).toBe(false);
  });
});

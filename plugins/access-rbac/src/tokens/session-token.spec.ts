import { describe, expect, it } from '@jest/globals';
import crypto from 'node:crypto';
import { failure } from '../access-world.spec.fixture.js';
import { MasterKeyRing } from '../secrets/key-ring.js';
import { openSession, sealSession, type SessionClaims } from './session-token.js';

const ring = new MasterKeyRing(Buffer.alloc(32, 1));
const claims: SessionClaims = { k: 'ZTKAAAAAAAAAAAAAAAAA', x: 'hush'.repeat(10), p: 'role:deploy/ci', a: '111111111111', r: 'deploy', n: ['key:ZAKAAAAAAAAAAAAAAAAA'], i: 1, e: 2 };
const seal = async (more: Partial<SessionClaims>, by = ring) => sealSession(by, { ...claims, ...more });

describe('a session token', () => {
  it('says what was put into it, to who has the master key', async () => {
    const token = await seal({});
    expect(openSession(ring, token)).toEqual(claims);
    expect(openSession(new MasterKeyRing(Buffer.alloc(32, 2), [Buffer.alloc(32, 1)]), token)).toEqual(claims);
    expect(openSession(new MasterKeyRing(Buffer.alloc(32, 2)), token)).toBeUndefined();
    expect(openSession(ring, ring.seal('access-keys', Buffer.from(JSON.stringify(claims)), ''))).toBeUndefined();
  });

  it('is nobody’s with any bit changed, anywhere, or any part of it gone', async () => {
    const bytes = Buffer.from(await seal({}), 'latin1');
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const forged = Buffer.from(bytes);
        forged[at]! ^= 1 << bit;
        expect({ at, bit, opened: openSession(ring, forged.toString('latin1')) }).toEqual({ at, bit, opened: undefined });
      }
      expect(openSession(ring, bytes.toString('latin1', 0, at))).toBeUndefined();
    }
  });

  it('has one text only', async () => {
    const token = await seal({});
    for (const odd of [`${token}=`, `${token}A`, ` ${token}`, `${token}\n`, token.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1))]) expect(openSession(ring, odd)).toBeUndefined();
  });

  it('of odd texts is none', () => {
    for (const odd of ['', '.', '1..', '1.0000000000000000.', 'x'.repeat(1_000_000), '\ud800', '__proto__', `1.${'0'.repeat(16)}.${'A'.repeat(64)}`]) expect(openSession(ring, odd)).toBeUndefined();
    for (const inner of ['null', '{', '']) expect(openSession(ring, ring.seal('session-tokens', Buffer.from(inner), ''))).toBeUndefined();
  });

  it('has at most 2,048 characters, else the policies are refused', async () => {
    const noise = (bytes: number) => crypto.createHash('shake256', { outputLength: bytes }).update('noise').digest('base64url');
    let longest = 0;
    for (let bytes = 900; bytes < 1_500; bytes += 2) {
      const token = await seal({ d: [noise(bytes)] }).catch(() => undefined);
      if (token === undefined) break;
      longest = token.length;
    }
    expect(longest).toBeGreaterThan(2_030);
    expect(longest).toBeLessThanOrEqual(2_048);
    expect(await failure(seal({ d: [noise(1_500)] }))).toBe('invalid-argument packed-policy');
  });

  it('that was made can be opened, however well its policies compress', async () => {
    for (const length of [16_000, 16_384, 20_480, 200_000]) {
      const token = await seal({ d: [' '.repeat(length)] }).catch((error: { details: object }) => error.details);
      if (typeof token === 'string') expect(openSession(ring, token)?.d?.[0]).toHaveLength(length);
      else expect(token).toEqual({ reason: 'packed-policy' });
    }
    expect(await failure(seal({ d: [' '.repeat(20_480)] }))).toBe('invalid-argument packed-policy');
  });

  it('shows its secret in no error', async () => {
    const error: Error = await seal({ d: [crypto.randomBytes(3_000).toString('hex')] }).catch((thrown: Error) => thrown) as Error;
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('hushhush');
  });
});

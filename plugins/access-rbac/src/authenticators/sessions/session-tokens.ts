import type { Clock } from '@zas/plugin-api';
import crypto from 'node:crypto';
import type { KeyRing } from '../../secrets/key-ring.js';

const FORM = /^zas1\.([A-Za-z0-9_-]{32})\.(\d{1,15})\.([A-Za-z0-9_-]{43})$/;

/** What a session's token says, once its signature holds. */
export interface ReadSessionToken {
  readonly id: string;
  readonly expiresAt: number;
}

/** Texts that stand for sessions: an id, an end, and a signature, so that guesses reach no store. */
export class SessionTokens {
  constructor(
    private readonly keys: Pick<KeyRing, 'derive' | 'deriveAll'>,
    private readonly clock: Clock,
  ) {}

  static isOne(text: string): boolean {
    return text.startsWith('zas1.');
  }

  sign({ id, expiresAt }: ReadSessionToken): string {
    return `zas1.${id}.${expiresAt}.${macOf(this.keys.derive('session'), `${id}.${expiresAt}`)}`;
  }

  /** @returns `undefined` for what was not signed here, or has ended */
  read(text: string): ReadSessionToken | undefined {
    const [, id, end, mac] = FORM.exec(text) ?? [];
    if (id === undefined || end === undefined || mac === undefined) return undefined;
    const signed = this.keys.deriveAll('session').some((key) => isSame(mac, macOf(key, `${id}.${end}`)));
    return signed && Number(end) > this.clock.now() ? { id, expiresAt: Number(end) } : undefined;
  }

  /** What a page of ours has to send along when its cookie is used for a change. */
  csrfToken(id: string): string {
    return macOf(this.keys.derive('csrf'), id);
  }

  isCsrfToken(id: string, text: string): boolean {
    return this.keys.deriveAll('csrf').some((key) => isSame(text, macOf(key, id)));
  }
}

const macOf = (key: Buffer, text: string): string => crypto.createHmac('sha256', key).update(text).digest('base64url');

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && crypto.timingSafeEqual(a, b);
}

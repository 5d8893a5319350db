import type { CallContext, Clock, Principal } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { hash } from 'node:crypto';
import { sameSecret } from '../../passwords/same-secret.js';
import type { Ending, KeptDocuments } from '../kept-documents.js';
import { keptPrincipal, type KeptPrincipal, type Sessions } from '../sessions.js';
import type { ReadSessionToken } from '../session-tokens.js';
import type { SessionsConfig } from '../sessions-config.js';
import { makeUserCode, readUserCode } from './user-code.js';

export interface KeptDevice extends Ending {
  /** SHA-256 of the program's half of the code. */
  readonly secretHash: string;
  readonly clientName: string;
  readonly status: 'pending' | 'approved' | 'denied';
  readonly principal?: KeptPrincipal;
  /** Seconds. */
  readonly interval: number;
  readonly askedAt: number;
}

export interface BegunDevice {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly expiresAt: number;
  readonly interval: number;
}

/** Why there is no token yet, in the words of RFC 8628. */
export type DeviceProblem = 'authorization_pending' | 'slow_down' | 'expired_token' | 'access_denied';

export interface DeviceLoginsParts {
  readonly documents: KeptDocuments<KeptDevice>;
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
}

const MORE_SECONDS = 5;
const ATTEMPTS = 5;

/** Logins of programs without a browser: they show a code, and somebody who is signed in approves it elsewhere (RFC 8628). */
export class DeviceLogins {
  constructor(
    private readonly parts: DeviceLoginsParts,
    private readonly config: SessionsConfig,
  ) {}

  async begin(context: CallContext, clientName: string): Promise<BegunDevice> {
    const { clock, randomBytes, documents } = this.parts;
    const [userCode, secret] = [makeUserCode(randomBytes), randomBytes(32).toString('base64url')];
    const expiresAt = clock.now() + this.config.deviceMinutes * 60_000;
    const interval = this.config.devicePollSeconds;
    await documents.add(context, documentId(userCode), { secretHash: hash('sha256', secret), clientName, status: 'pending', interval, askedAt: 0, expiresAt });
    return { deviceCode: `${userCode}.${secret}`, userCode, expiresAt, interval };
  }

  /** The session that was approved, once; or why there is none. */
  async token(context: CallContext, deviceCode: string): Promise<ReadSessionToken | DeviceProblem> {
    const { documents, clock, sessions } = this.parts;
    const [userCode = '', secret = ''] = deviceCode.split('.', 2);
    const id = documentId(userCode);
    const found = await documents.find(context, id);
    if (!found || !sameSecret(hash('sha256', secret), found.value.secretHash)) return 'expired_token';
    const { value, revision } = found;
    const now = clock.now();
    if (value.askedAt + value.interval * 1000 > now) {
      await documents.replace(context, id, { ...value, askedAt: now, interval: value.interval + MORE_SECONDS }, revision);
      return 'slow_down';
    }
    if (value.status === 'pending') {
      await documents.replace(context, id, { ...value, askedAt: now }, revision);
      return 'authorization_pending';
    }
    // Whoever removes it has the answer; another one that asked at the same time has not.
    if (!(await documents.remove(context, id, revision))) return 'expired_token';
    if (value.status === 'denied' || !value.principal) return 'access_denied';
    return sessions.begin(context, value.principal, value.principal.expiresAt);
  }

  /** Says yes or no for a program. @returns its name; `undefined` when nobody waits under that code */
  async decide(context: CallContext, typed: string, principal: Principal, approve: boolean): Promise<string | undefined> {
    const code = readUserCode(typed);
    if (code === undefined) return undefined;
    // The program may ask at the same moment, which changes the document too.
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = await this.parts.documents.find(context, documentId(code));
      if (found?.value.status !== 'pending') return undefined;
      const decided: KeptDevice = approve ? { ...found.value, status: 'approved', principal: keptPrincipal(principal) } : { ...found.value, status: 'denied' };
      if (await this.parts.documents.replace(context, documentId(code), decided, found.revision)) return decided.clientName;
    }
    throw new StoreError('conflict', 'The code is being asked about; try again', { details: { retriable: true } });
  }
}

const documentId = (userCode: string): string => hash('sha256', `device ${userCode}`);

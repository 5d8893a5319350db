import type { CallContext, Clock, HttpRoute, MetadataStore, Principal } from '@zas/plugin-api';
import crypto from 'node:crypto';
import { BrowserLogin, type LoginIssuer } from '../oidc/login/browser-login.js';
import { browserLoginRoutes } from '../oidc/login/login-routes.js';
import type { KeyRing } from '../secrets/key-ring.js';
import { LoginThrottle } from './login-throttle.js';
import { DeviceLogins, type KeptDevice } from './sessions/device/device-logins.js';
import { deviceRoutes } from './sessions/device/device-routes.js';
import { KeptDocuments } from './sessions/kept-documents.js';
import { SessionAuthenticator } from './sessions/session-authenticator.js';
import { sessionRoutes } from './sessions/session-routes.js';
import { SessionTokens } from './sessions/session-tokens.js';
import type { SessionsConfig } from './sessions/sessions-config.js';
import { Sessions, type FindAccount, type KeptSession } from './sessions/sessions.js';
import type { ThrottleConfig } from './throttle-config.js';

export interface SessionParts {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly accountOf: FindAccount;
  readonly issuers: readonly LoginIssuer[];
  readonly throttle: LoginThrottle;
  readonly renew: (context: CallContext, principal: Principal, since: number) => Promise<Principal | undefined>;
}

/** Logins of programs that may begin at one address within the window; all addresses together may begin as many as there are. */
const DEVICE_LOGINS = { perNameAndAddress: 100, perAddress: 100, perName: 1_000_000 };

/** Sessions: who shows one, and the routes by which they begin and end. */
export interface BuiltSessions {
  readonly authenticator: SessionAuthenticator;
  /** Relative to `/rbac`. */
  readonly routes: readonly HttpRoute[];
}

export function buildSessions(config: { readonly sessions: SessionsConfig; readonly throttle: ThrottleConfig }, parts: SessionParts): BuiltSessions {
  const { metadata, clock, keys, accountOf, issuers, throttle, renew } = parts;
  const randomBytes = (size: number): Buffer => crypto.randomBytes(size);
  const randomHex = (size: number): string => randomBytes(size).toString('hex');
  const tokens = new SessionTokens(keys, clock);
  const sessions = new Sessions({ documents: new KeptDocuments<KeptSession>(metadata, 'sessions', clock, randomHex), clock, randomBytes, accountOf, renew }, config.sessions.minutes * 60_000);
  const devices = new DeviceLogins({ documents: new KeptDocuments<KeptDevice>(metadata, 'devices', clock, randomHex), sessions, clock, randomBytes }, config.sessions);
  const beginnings = new LoginThrottle(clock, { ...config.throttle, ...DEVICE_LOGINS });
  const login = new BrowserLogin({ issuers, keys, clock, randomBytes });
  return {
    authenticator: new SessionAuthenticator(sessions, tokens),
    routes: [
      ...sessionRoutes({ sessions, tokens }),
      ...deviceRoutes({ devices, tokens, clock, throttle, beginnings }),
      ...browserLoginRoutes({ login, sessions, tokens, now: () => clock.now() }),
    ],
  };
}

import type { Account, Authenticator, HttpRoute, HttpRouteResponse, Principal } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import { MemoryMetadataStore, testContext, testPrincipal } from '@zas/plugin-testkit';
import type { LoginIssuer } from '../../oidc/login/browser-login.js';
import { MasterKeyRing } from '../../secrets/key-ring.js';
import { buildSessions } from '../build-sessions.js';
import { LoginThrottle } from '../login-throttle.js';
import { throttleSchema } from '../throttle-config.js';
import { sessionsSchema } from './sessions-config.js';

export interface Sent {
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly secure?: boolean;
}

const ACCOUNT: Account = { id: '111111111111', canonicalId: 'abc', displayName: 'team' };

/** A server over a store that may be shared: sessions, their routes, and Basic for whoever is named. */
export class SessionWorld {
  /** Principals that may come in no more. */
  readonly gone = new Set<string>();
  readonly store: MemoryMetadataStore;
  readonly routes: readonly HttpRoute[];
  readonly authenticator: Authenticator;
  aheadMs = 0;

  constructor(issuers: readonly LoginIssuer[] = [], options: { readonly masterKey?: Buffer; readonly previous?: readonly Buffer[]; readonly store?: MemoryMetadataStore } = {}) {
    this.store = options.store ?? new MemoryMetadataStore();
    const clock = { now: () => Date.now() + this.aheadMs, monotonic: () => performance.now() + this.aheadMs };
    const throttle = throttleSchema.parse({});
    const built = buildSessions({ sessions: sessionsSchema.parse({}), throttle }, {
      metadata: this.store,
      clock,
      keys: new MasterKeyRing(options.masterKey ?? Buffer.alloc(32, 7), options.previous),
      accountOf: () => ACCOUNT,
      issuers,
      throttle: new LoginThrottle(clock, throttle),
      renew: async (_context, principal) => (this.gone.has(principal.id) ? undefined : principal),
    });
    this.routes = built.routes;
    this.authenticator = built.authenticator;
  }

  /** @param who answers in place of an authenticator @returns the answer, or the code of the error as its body */
  async call(method: string, path: string, { query = {}, body, headers = {}, secure }: Sent = {}, who?: Principal): Promise<HttpRouteResponse> {
    const found = this.routes.flatMap((route) => {
      const match = new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(path);
      return route.method === method && match ? [{ route, params: { ...match.groups } }] : [];
    });
    const { route, params } = found.find((one) => !one.route.path.includes(':')) ?? found[0]!;
    try {
      let principal = who;
      if (route.permission === 'signed-in' && !who) {
        const result = await this.authenticator.authenticate(testContext({ principal: undefined }), { method, path, query: '', headers, peerAddress: '127.0.0.1', secure });
        if (result.outcome !== 'accepted') return { status: 401, body: result.outcome === 'rejected' ? result.reason : 'anonymous' };
        principal = result.principal;
      }
      const input = route.input ? route.input.parse(body) : body;
      const read = route.queryInput ? route.queryInput.parse(query) : query;
      const answer = await route.handle(testContext({ principal }), { params, query: read, headers, body: input, secure, origin: `http${secure ? 's' : ''}://zas.example` });
      if (route.output && answer.status === 200) route.output.parse(JSON.parse(JSON.stringify(answer.body)));
      return answer;
    } catch (error) {
      if (!isStoreError(error)) throw error;
      return { status: 0, body: error.code };
    }
  }

  /** The token of a session that a program was given. */
  async deviceToken(who = testPrincipal('ann')): Promise<string> {
    const begun = (await this.call('POST', '/device', { body: {} })).body as { device_code: string; user_code: string };
    await this.call('POST', '/device/approve', { body: { user_code: begun.user_code } }, who);
    return ((await this.call('POST', '/device/token', { body: { device_code: begun.device_code } })).body as { access_token: string }).access_token;
  }
}

/** Cookies of an answer as a browser would send them back. */
export const cookiesOf = ({ headers }: HttpRouteResponse): string =>
  [headers?.['set-cookie'] ?? []]
    .flat()
    .map((cookie) => cookie.split(';')[0]!)
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ');

import type { CallContext, Clock, HttpRoute, HttpRouteResponse } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { z } from 'zod';
import { isFromAnotherSite } from '../../cross-site.js';
import type { LoginThrottle } from '../../login-throttle.js';
import type { SessionTokens } from '../session-tokens.js';
import type { DeviceLogins, DeviceProblem } from './device-logins.js';
import { shownUserCode } from './user-code.js';

export interface DeviceRoutesParts {
  readonly devices: DeviceLogins;
  readonly tokens: SessionTokens;
  readonly clock: Clock;
  /** Guessed codes count as failed logins. */
  readonly throttle: LoginThrottle;
  /** Counts logins that begin, by address: each one is kept until it ends. */
  readonly beginnings: LoginThrottle;
}

const beginSchema = z.strictObject({
  /** Shown to whoever approves. */
  client_name: z.string().regex(/^[\x20-\x7e]{1,100}$/, 'expected 1 to 100 plain characters').default('unnamed'),
}).meta({ examples: [{ client_name: 'build tool' }] });
const begunSchema = z.strictObject({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.number(),
  interval: z.number(),
});
const tokenSchema = z.strictObject({
  device_code: z.string().max(200),
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:device_code').optional(),
}).meta({ examples: [{ device_code: 'GmRhmhcxhwAzkoEqiMEg' }] });
const grantedSchema = z.strictObject({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number() });
const decisionSchema = z.strictObject({ user_code: z.string().max(50), approve: z.boolean().default(true) }).meta({ examples: [{ user_code: 'WDJB-MJHT' }] });
const decidedSchema = z.strictObject({ client_name: z.string(), approved: z.boolean() });

/** As RFC 8628, section 3.5 has them. */
const problemSchema = z.strictObject({ error: z.enum(['authorization_pending', 'slow_down', 'expired_token', 'access_denied']) });

const NO_STORE = { 'cache-control': 'no-store' };
const problem = (error: DeviceProblem): HttpRouteResponse => ({ status: 400, headers: NO_STORE, body: { error } });

/** Logins of programs, after RFC 8628, with JSON in place of forms. */
export function deviceRoutes({ devices, tokens, clock, throttle, beginnings }: DeviceRoutesParts): readonly HttpRoute[] {
  const secondsTo = (time: number): number => Math.max(0, Math.floor((time - clock.now()) / 1000));
  return [
    {
      method: 'POST',
      path: '/device',
      permission: 'public',
      body: 'json',
      input: beginSchema,
      output: begunSchema,
      operationId: 'beginDeviceLogin',
      summary: 'Begins the login of a program',
      handle: async (context, { body, origin = '' }) => {
        const address = context.address ?? '';
        beginnings.check('', address);
        beginnings.failed('', address);
        const { deviceCode, userCode, expiresAt, interval } = await devices.begin(context, (body as z.output<typeof beginSchema>).client_name);
        const [shown, uri] = [shownUserCode(userCode), `${origin}/rbac/device`];
        const begun: z.output<typeof begunSchema> = {
          device_code: deviceCode,
          user_code: shown,
          verification_uri: uri,
          verification_uri_complete: `${uri}?user_code=${shown}`,
          expires_in: secondsTo(expiresAt),
          interval,
        };
        return { status: 200, headers: NO_STORE, body: begun };
      },
    },
    {
      method: 'POST',
      path: '/device/token',
      permission: 'public',
      body: 'json',
      input: tokenSchema,
      output: grantedSchema,
      otherOutputs: { 400: problemSchema },
      operationId: 'getDeviceToken',
      summary: 'The token of a program that was approved; 400 with `error` until then',
      handle: async (context, { body }) => {
        const session = await devices.token(context, (body as z.output<typeof tokenSchema>).device_code);
        if (typeof session === 'string') return problem(session);
        const granted: z.output<typeof grantedSchema> = { access_token: tokens.sign(session), token_type: 'Bearer', expires_in: secondsTo(session.expiresAt) };
        return { status: 200, headers: NO_STORE, body: granted };
      },
    },
    {
      method: 'POST',
      path: '/device/approve',
      permission: 'signed-in',
      body: 'json',
      input: decisionSchema,
      output: decidedSchema,
      operationId: 'decideDeviceLogin',
      summary: 'Approves or refuses the login of a program as the caller',
      handle: async (context, { body, headers }) => {
        if (isFromAnotherSite({ headers })) throw new StoreError('access-denied', 'A page of another site cannot approve anything');
        const { user_code: code, approve } = body as z.output<typeof decisionSchema>;
        const clientName = await decide(context, code, approve);
        const decided: z.output<typeof decidedSchema> = { client_name: clientName, approved: approve };
        return { status: 200, headers: NO_STORE, body: decided };
      },
    },
  ];

  async function decide(context: CallContext, code: string, approve: boolean): Promise<string> {
    const { principal, address = '' } = context;
    if (!principal) throw new StoreError('unauthenticated', 'A credential is needed');
    const guesser = `device ${principal.id}`;
    throttle.check(guesser, address);
    const clientName = await devices.decide(context, code, principal, approve);
    if (clientName !== undefined) return clientName;
    throttle.failed(guesser, address);
    throw new StoreError('not-found', 'No program waits under that code');
  }
}

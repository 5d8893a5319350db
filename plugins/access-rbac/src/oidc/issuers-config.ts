import { secret } from '@zas/plugin-api';
import { z } from 'zod';
import { accountId, issuerName, memberOf } from '../authenticators/source-config.js';

/** Whoever only has public keys can make no token: no symmetric algorithm, and never `none`. */
export const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const;

/** Where in a token something stands, like a JSON pointer: `/realm_access/roles`; `~1` is a slash, `~0` a tilde. */
export const claimPath = z.string().regex(/^(\/([^~/]|~[01])+)+$/, 'expected a path such as /realm_access/roles').max(512);

const httpUrl = z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }).refine((text) => new URL(text).username === '' && new URL(text).hash === '', 'expected a URL without user and fragment');

/** Logins in a browser, by the authorization code flow. */
const loginSchema = z.strictObject({
  clientId: z.string().min(1).max(256),
  /** Absent: a public client, which PKCE alone protects. */
  clientSecret: secret(z.string().min(1)).optional(),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).max(20).default(['openid', 'profile']),
});

/** Who makes tokens that count here. */
export const issuerSchema = z
  .strictObject({
    /** First part of the ids of its principals. */
    name: issuerName,
    /** `kubernetes`: tokens of service accounts, with their groups. */
    kind: z.enum(['oidc', 'kubernetes']).default('oidc'),
    /** Exactly what stands as `iss` in its tokens. */
    url: httpUrl,
    /** One of them has to be an audience of the token. */
    audiences: z.array(z.string().min(1).max(512)).min(1).max(20),
    /** False: its tokens, and the sessions that came of them, are refused. */
    enabled: z.boolean().default(true),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
    /** Clients to which the token must have been given (`azp`); absent: any. */
    authorizedParties: z.array(z.string().min(1).max(512)).min(1).max(100).optional(),
    /** `typ` headers that are taken; absent: JWT, at+jwt, or none. */
    tokenTypes: z.array(z.string().min(1).max(64)).min(1).max(10).optional(),
    /** Claims that must have just that value. */
    requiredClaims: z.record(claimPath, z.union([z.string(), z.number(), z.boolean()])).default({}),
    clockSkewSeconds: z.int().min(0).max(300).default(30),
    account: accountId.optional(),
    subjectClaim: claimPath.default('/sub'),
    /** Where role names stand. */
    roles: z.array(claimPath).max(20).default([]),
    /** Where group names stand. */
    groups: z.array(claimPath).max(20).default([]),
    /** Value in the token → role; absent: the values are the roles. What it does not name gives none. */
    roleMap: z.record(z.string(), memberOf).optional(),
    /** What policies may ask for as `zas:claim/NAME`, and where it stands. */
    claims: z.record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), claimPath).default({}),
    /** Where its keys are; absent: as its discovery document says, or for Kubernetes `/openid/v1/jwks` under `url`. */
    jwksUrl: httpUrl.optional(),
    /** PEM of the CAs to trust for its addresses; absent: those of the system. */
    caFile: z.string().min(1).optional(),
    /** A token to show when the keys are fetched, read each time. */
    tokenFile: z.string().min(1).optional(),
    /** Keys are fetched anew after so long, and a key that is gone then counts no more. */
    keysFreshMinutes: z.number().min(0.1).max(1_440).default(10),
    /** While the issuer cannot be reached, its last keys count so long. */
    keysGoodForHours: z.number().min(0).max(168).default(24),
    /** After a fetch that failed, and for tokens that name unknown keys, the keys are fetched at most so often. */
    refetchSeconds: z.number().min(0).max(600).default(30),
    fetchSeconds: z.number().min(0.1).max(60).default(5),
    login: loginSchema.optional(),
  })
  .refine(({ kind, login }) => kind !== 'kubernetes' || login === undefined, { path: ['login'], error: 'nobody logs in by browser at Kubernetes' });

export type IssuerConfig = z.output<typeof issuerSchema>;

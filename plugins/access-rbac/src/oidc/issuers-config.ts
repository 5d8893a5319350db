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
  clientId: z.string().min(1).max(256).describe('Client of the issuer that stands for this server'),
  clientSecret: secret(z.string().min(1)).optional().describe('Absent: a public client, which PKCE alone protects'),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).max(20).default(['openid', 'profile']).describe('What is asked for at the login'),
});

/** Who makes tokens that count here. */
export const issuerSchema = z
  .strictObject({
    name: issuerName.describe('First part of the ids of its principals'),
    kind: z.enum(['oidc', 'kubernetes']).default('oidc').describe('kubernetes: tokens of service accounts, with their groups'),
    url: httpUrl.describe('Exactly what stands as iss in its tokens'),
    audiences: z.array(z.string().min(1).max(512)).min(1).max(20).describe('One of them has to be an audience of the token'),
    enabled: z.boolean().default(true).describe('False: its tokens, and the sessions that came of them, are refused'),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']).describe('Signatures that are taken'),
    authorizedParties: z.array(z.string().min(1).max(512)).min(1).max(100).optional().describe('Clients to which the token must have been given (azp); absent: any'),
    types: z.array(z.string().min(1).max(64)).min(1).max(10).optional().describe('typ headers that are taken; absent: JWT, at+jwt, or none'),
    requiredClaims: z.record(claimPath, z.union([z.string(), z.number(), z.boolean()])).default({}).describe('Claims that must have just that value'),
    clockSkewSeconds: z.int().min(0).max(300).default(30).describe('How far the clocks of issuer and server may differ'),
    account: accountId.optional().describe('Account of its principals; unset: that of the root of the server'),
    subjectClaim: claimPath.default('/sub').describe('Where the second part of the id of its principals stands'),
    roles: z.array(claimPath).max(20).default([]).describe('Where role names stand'),
    groups: z.array(claimPath).max(20).default([]).describe('Where group names stand'),
    roleMap: z.record(z.string(), memberOf).optional().describe('Value in the token → role; absent: the values are the roles. What it does not name gives none'),
    claims: z.record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), claimPath).default({}).describe('What policies may ask for as zas:claim/NAME, and where it stands'),
    jwksUrl: httpUrl.optional().describe('Where its keys are; absent: as its discovery document says, or for Kubernetes /openid/v1/jwks under url'),
    caFile: z.string().min(1).optional().describe('PEM of the CAs to trust for its addresses; absent: those of the system'),
    bearerFile: z.string().min(1).optional().describe('A token to show when the keys are fetched, read each time'),
    keysFreshMinutes: z.number().min(0.01).max(1_440).default(10).describe('Keys are fetched anew after so long, and a key that is gone then counts no more'),
    keysGoodForHours: z.number().min(0).max(168).default(24).describe('While the issuer cannot be reached, its last keys count so long'),
    refetchSeconds: z.number().min(0).max(600).default(30).describe('After a fetch that failed, and for tokens that name unknown keys, the keys are fetched at most so often'),
    fetchSeconds: z.number().min(0.1).max(60).default(5).describe('How long one fetch of keys may take'),
    login: loginSchema.optional().describe('Logins in a browser, by the authorization code flow'),
  })
  .refine(({ kind, login }) => kind !== 'kubernetes' || login === undefined, { path: ['login'], error: 'nobody logs in by browser at Kubernetes' });

export type IssuerConfig = z.output<typeof issuerSchema>;

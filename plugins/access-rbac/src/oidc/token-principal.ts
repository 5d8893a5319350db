import type { Account, Principal } from '@zas/plugin-api';
import { hash } from 'node:crypto';
import { sourcePrincipal } from '../authenticators/source-principal.js';
import { claimAt, textsAt, type Claims } from './claim-path.js';
import type { IssuerConfig } from './issuers-config.js';
import { serviceAccountGroups } from './service-account.js';

const MOST_SUBJECT = 512;

/** Whom the content of a token names; all of it from this token. @returns `undefined` when it names nobody who could be one here */
export function tokenPrincipal(config: IssuerConfig, claims: Claims, token: string, account: Account): Principal | undefined {
  const subject = claimAt(claims, config.subjectClaim);
  if (typeof subject !== 'string' || subject === '' || subject.length > MOST_SUBJECT || /[\u0000-\u001f\u007f]/.test(subject)) return undefined;
  const own = config.kind === 'kubernetes' ? serviceAccountGroups(subject) : [];
  if (own === undefined) return undefined;
  const { roleMap } = config;
  const values = config.roles.flatMap((path) => textsAt(claims, path));
  const shown = Object.entries(config.claims).flatMap(([name, path]) => {
    const value = claimAt(claims, path);
    const texts = typeof value === 'boolean' || typeof value === 'number' ? String(value) : Array.isArray(value) ? textsAt(claims, path) : value;
    return texts === undefined || (typeof texts === 'object' && !Array.isArray(texts)) ? [] : [[name, texts] as const];
  });
  return sourcePrincipal({
    issuer: config.name,
    subject,
    account,
    credentialId: credentialIdOf(claims, token),
    roles: roleMap === undefined ? values : values.flatMap((value) => (Object.hasOwn(roleMap, value) ? roleMap[value]! : [])),
    groups: [...own, ...config.groups.flatMap((path) => textsAt(claims, path))],
    claims: shown.length > 0 ? (Object.fromEntries(shown) as Principal['claims']) : undefined,
    issuedAt: typeof claims['iat'] === 'number' ? claims['iat'] * 1000 : undefined,
    expiresAt: (claims['exp'] as number) * 1000,
  });
}

function credentialIdOf({ jti }: Claims, token: string): string {
  return typeof jti === 'string' && /^[\x21-\x7e]{1,128}$/.test(jti) ? `jwt:${jti}` : `jwt:sha256-${hash('sha256', token).slice(0, 32)}`;
}

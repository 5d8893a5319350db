import type { CallContext, Principal } from '@zas/plugin-api';
import type { Directory } from '../../directory.js';
import type { IssuerConfig } from '../../oidc/issuers-config.js';

/** Looks again at who began a session: a key of the config has to be there still, an issuer enabled. */
export function renewFromConfig(directory: Pick<Directory, 'keys'>, issuers: readonly IssuerConfig[], otherSources: readonly string[]) {
  return async (_context: CallContext, principal: Principal): Promise<Principal | undefined> => {
    const source = principal.id.slice(0, principal.id.indexOf(':'));
    if (source === 'config') {
      const now = directory.keys.get(principal.credentialId)?.principal;
      return now?.id === principal.id ? { ...now, sessionPolicies: principal.sessionPolicies } : undefined;
    }
    const known = otherSources.includes(source) || issuers.some(({ name, enabled }) => name === source && enabled);
    return known ? principal : undefined;
  };
}

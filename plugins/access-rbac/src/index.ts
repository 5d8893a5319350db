import { authenticator, authorizer, credentials, definePlugin, provide } from '@zas/plugin-api';
import { accountLookup } from './account-lookup.js';
import { AuthenticatorChain } from './authenticators/authenticator-chain.js';
import { buildAuthenticators } from './authenticators/build-authenticators.js';
import { ConfigKeySource } from './authenticators/passwords/config-key-source.js';
import { configSchema } from './config.js';
import { ConfigCredentials } from './config-credentials.js';
import { buildDirectory } from './directory.js';
import { PolicyAuthorizer } from './policy-authorizer.js';

/** Identities from the config, and decisions by policies, ACLs and ownership. */
export default definePlugin({
  id: 'access-rbac',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [credentials, authorizer, authenticator],
  config: configSchema,
  setup({ config, clock, logger }) {
    const directory = buildDirectory(config);
    const known = {
      hasAccount: (id: string) => directory.accounts.has(id),
      hasCanonicalId: (id: string) => directory.accountsByCanonicalId.has(id),
    };
    const own = buildAuthenticators(config, { clock, logger, accountOf: accountLookup(directory), sources: [new ConfigKeySource(directory)] });
    return {
      provide: [
        provide(credentials, new ConfigCredentials(directory)),
        provide(authorizer, new PolicyAuthorizer(known, directory.policies)),
        provide(authenticator, new AuthenticatorChain([own.basic, own.oidc, own.certificates])),
      ],
      start: () => own.load(),
      stop: () => own.stop(),
    };
  },
});

import { authenticator, authorizer, credentials, definePlugin, provide } from '@zas/plugin-api';
import { BasicAuthenticator } from './basic-authenticator.js';
import { configSchema } from './config.js';
import { ConfigCredentials } from './config-credentials.js';
import { buildDirectory } from './directory.js';
import { PolicyAuthorizer } from './policy-authorizer.js';
import { fixedPolicies } from './policy-source.js';

/** Identities from the config, and decisions by policies, ACLs and ownership. */
export default definePlugin({
  id: 'access-rbac',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [credentials, authorizer, authenticator],
  config: configSchema,
  setup({ config }) {
    const directory = buildDirectory(config);
    const known = {
      hasAccount: (id: string) => directory.accounts.has(id),
      hasCanonicalId: (id: string) => directory.accountsByCanonicalId.has(id),
    };
    return {
      provide: [
        provide(credentials, new ConfigCredentials(directory)),
        provide(authorizer, new PolicyAuthorizer(known, fixedPolicies(directory.policies))),
        provide(authenticator, new BasicAuthenticator(directory)),
      ],
    };
  },
});

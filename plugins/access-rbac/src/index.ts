import { authenticator, authorizer, credentials, definePlugin, httpRoutes, metadataStore, provide } from '@zas/plugin-api';
import { accountLookup } from './account-lookup.js';
import { AuthenticatorChain } from './authenticators/authenticator-chain.js';
import { sourcesOfPeople } from './authenticators/authenticators-config.js';
import { buildAuthenticators } from './authenticators/build-authenticators.js';
import { buildSessions } from './authenticators/build-sessions.js';
import { ConfigKeySource } from './authenticators/passwords/config-key-source.js';
import { renewFromConfig } from './authenticators/sessions/renew-principal.js';
import { ConfigCredentials } from './config-credentials.js';
import { configSchema } from './config.js';
import { buildDirectory } from './directory.js';
import { PolicyAuthorizer } from './policy-authorizer.js';
import { KeyFile } from './secrets/key-file.js';

/** Identities from the config, and decisions by policies, ACLs and ownership. */
export default definePlugin({
  id: 'access-rbac',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [credentials, authorizer, authenticator, httpRoutes],
  optional: [metadataStore],
  config: configSchema,
  setup({ config, clock, logger, dataDir, points }) {
    const directory = buildDirectory(config);
    const known = {
      hasAccount: (id: string) => directory.accounts.has(id),
      hasCanonicalId: (id: string) => directory.accountsByCanonicalId.has(id),
    };
    const accountOf = accountLookup(directory);
    const own = buildAuthenticators(config, { clock, logger, accountOf, sources: [new ConfigKeySource(directory)] });
    const keys = new KeyFile(config, dataDir);
    const metadata = points.optional(metadataStore);
    const renew = renewFromConfig(directory, config.issuers, sourcesOfPeople(config));
    const { throttle, issuers } = own;
    const sessions = metadata && buildSessions(config, { metadata, clock, keys, accountOf, issuers, throttle, renew });
    const signedIn = sessions ? [sessions.authenticator] : [];
    return {
      provide: [
        provide(credentials, new ConfigCredentials(directory)),
        provide(authorizer, new PolicyAuthorizer(known, directory.policies)),
        provide(authenticator, new AuthenticatorChain([own.basic, own.oidc, ...signedIn, own.certificates])),
        provide(httpRoutes, { routes: () => sessions?.routes ?? [] }),
      ],
      start: async () => {
        await keys.load();
        await own.load();
      },
      stop: () => own.stop(),
    };
  },
});

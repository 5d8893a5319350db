import { authenticator, authorizer, credentialRenewal, credentials, definePlugin, httpRoutes, metadataStore, provide, provideCapability, securityTokens } from '@zas/plugin-api';
import { buildPlugin } from './build-plugin.js';
import { configSchema } from './config.js';

/** Who may come in and what they may: identities of the config and stored ones, their keys, roles and policies. */
export default definePlugin({
  id: 'access-rbac',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [credentials, authorizer, authenticator, securityTokens, httpRoutes],
  requires: [metadataStore],
  config: configSchema,
  setup(environment) {
    const { access, chain, routes, start, stop } = buildPlugin(environment, environment.points.one(metadataStore));
    return {
      provide: [
        provide(credentials, access.credentials, [provideCapability(credentialRenewal, access.credentials)]),
        provide(authorizer, access.authorizer),
        provide(authenticator, chain),
        provide(securityTokens, access.tokens),
        provide(httpRoutes, routes),
      ],
      start,
      stop,
    };
  },
});

import { auditTrail, authenticator, authorizer, credentialRenewal, credentials, definePlugin, eventListener, httpRoutes, jobs, metadataStore, provide, provideCapability, securityTokens } from '@zas/plugin-api';
import { buildPlugin } from './build-plugin.js';
import { configSchema } from './config.js';

/** Who may come in and what they may: identities of the config and stored ones, their keys, roles and policies. */
export default definePlugin({
  id: 'access-rbac',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [credentials, authorizer, authenticator, securityTokens, auditTrail, eventListener, httpRoutes],
  requires: [metadataStore],
  optional: [jobs],
  config: configSchema,
  setup(environment) {
    const { access, audit, chain, routes, start, stop } = buildPlugin(environment);
    return {
      provide: [
        provide(credentials, access.credentials, [provideCapability(credentialRenewal, access.credentials)]),
        provide(authorizer, access.authorizer),
        provide(authenticator, chain),
        provide(securityTokens, access.tokens),
        ...audit.provide,
        provide(httpRoutes, routes),
      ],
      start,
      stop,
    };
  },
});

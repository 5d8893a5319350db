import { authenticator, authorizer, credentialRenewal, credentials, definePlugin, httpRoutes, metadataStore, provide, provideCapability, securityTokens } from '@zas/plugin-api';
import { BasicAuthenticator } from './basic-authenticator.js';
import { buildAccess, NO_ISSUERS } from './build-access.js';
import { configSchema } from './config.js';
import { AccessRoutes } from './rest/access-routes.js';
import { accountRoutes } from './rest/account-routes.js';
import { assignmentRoutes } from './rest/assignment-routes.js';
import { decisionRoutes } from './rest/decision-routes.js';
import { groupRoutes } from './rest/group-routes.js';
import { keyRoutes } from './rest/key-routes.js';
import { policyRoutes } from './rest/policy-routes.js';
import { roleRoutes } from './rest/role-routes.js';
import { userRoutes } from './rest/user-routes.js';
import { validateRoute } from './rest/validate-route.js';
import { KeyFile } from './secrets/key-file.js';
import { serverContext } from './server-context.js';

/** Who may come in and what they may: identities of the config and stored ones, their keys, roles and policies. */
export default definePlugin({
  id: 'access-rbac',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [credentials, authorizer, authenticator, securityTokens, httpRoutes],
  requires: [metadataStore],
  config: configSchema,
  setup({ config, points, clock, logger, dataDir }) {
    const ring = new KeyFile(config, dataDir);
    const access = buildAccess({ config, metadata: points.one(metadataStore), ring, clock, logger, issuers: NO_ISSUERS });
    const { parts } = access;
    const basic = new BasicAuthenticator(access.directory);
    const routes = new AccessRoutes([
      () => roleRoutes(parts),
      () => userRoutes(parts),
      () => assignmentRoutes(parts),
      () => groupRoutes(parts),
      () => policyRoutes(parts),
      () => keyRoutes(parts),
      () => accountRoutes(parts, access.accounts),
      () => decisionRoutes(parts),
      () => [validateRoute(parts, () => basic)],
    ]);
    return {
      provide: [
        provide(credentials, access.credentials, [provideCapability(credentialRenewal, access.credentials)]),
        provide(authorizer, access.authorizer),
        provide(authenticator, basic),
        provide(securityTokens, access.tokens),
        provide(httpRoutes, routes),
      ],
      start: async () => {
        await ring.load();
        await access.generation.start(serverContext(logger));
      },
      stop: async () => access.generation.stop(),
    };
  },
});

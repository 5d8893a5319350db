import { auditTrail, authenticator, authorizer, credentials, definePlugin, eventListener, httpRoutes, jobs, metadataStore, provide } from '@zas/plugin-api';
import { NO_AUDIT } from './audit/no-audit.js';
import { setUpAudit } from './audit/set-up-audit.js';
import { BasicAuthenticator } from './basic-authenticator.js';
import { configSchema } from './config.js';
import { ConfigCredentials } from './config-credentials.js';
import { buildDirectory } from './directory.js';
import { PolicyAuthorizer } from './policy-authorizer.js';

/** Identities from the config, and decisions by policies, ACLs and ownership. */
export default definePlugin({
  id: 'access-rbac',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [credentials, authorizer, authenticator, auditTrail, eventListener, httpRoutes],
  optional: [metadataStore, jobs],
  config: configSchema,
  setup({ config, points, logger, clock, dataDir }) {
    const directory = buildDirectory(config);
    const known = {
      hasAccount: (id: string) => directory.accounts.has(id),
      hasCanonicalId: (id: string) => directory.accountsByCanonicalId.has(id),
    };
    const keys = new ConfigCredentials(directory);
    const metadata = points.optional(metadataStore);
    const accountOf: Parameters<typeof setUpAudit>[0]['accountOf'] = async (context, keyId) => (await keys.find(context, keyId))?.principal.account.id;
    const audit = metadata ? setUpAudit({ config: config.audit, metadata, jobs: points.optional(jobs), clock, logger, dataDir, accountOf }) : NO_AUDIT;
    return {
      provide: [
        provide(credentials, keys),
        provide(authorizer, new PolicyAuthorizer(known, directory.policies)),
        provide(authenticator, new BasicAuthenticator(directory)),
        ...audit.provide,
        provide(httpRoutes, { routes: () => audit.routes }),
      ],
      start: audit.start,
      stop: audit.stop,
    };
  },
});

import { authenticator, authorizer, credentials, definePlugin, provide } from '@zas/plugin-api';
import { BasicAuthenticator } from './basic-authenticator.js';
import { configSchema } from './config.js';
import { ConfigCredentials } from './config-credentials.js';
import { buildDirectory } from './directory.js';
import { OwnerAuthorizer } from './owner-authorizer.js';

/** Identities from the config, and decisions by ownership. */
export default definePlugin({
  id: 'access-rbac',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [credentials, authorizer, authenticator],
  config: configSchema,
  setup({ config }) {
    const directory = buildDirectory(config);
    return {
      provide: [
        provide(credentials, new ConfigCredentials(directory)),
        provide(authorizer, new OwnerAuthorizer()),
        provide(authenticator, new BasicAuthenticator(directory)),
      ],
    };
  },
});

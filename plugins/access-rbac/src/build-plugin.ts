import { jobs, metadataStore, type CallContext, type PluginEnvironment, type Principal } from '@zas/plugin-api';
import { RingSigner } from './audit/audit-signer.js';
import { setUpAudit, type Audit } from './audit/set-up-audit.js';
import { accountLookup, keptAccountLookup } from './account-lookup.js';
import { AuthenticatorChain } from './authenticators/authenticator-chain.js';
import { buildAuthenticators, type BuiltAuthenticators } from './authenticators/build-authenticators.js';
import { buildSessions } from './authenticators/build-sessions.js';
import { ApiKeyAuthenticator, ApiKeys, ApiKeySource } from './authenticators/keys/api-keys.js';
import { StoredKeySource } from './authenticators/keys/stored-key-source.js';
import { ConfigKeySource } from './authenticators/passwords/config-key-source.js';
import { buildAccess, type Access } from './build-access.js';
import type { AccessConfig } from './config.js';
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
import type { VerifiedWebIdentity } from './tokens/sts-service.js';

/** What the plugin provides, and how it begins and ends. */
export interface BuiltPlugin {
  readonly access: Access;
  readonly chain: AuthenticatorChain;
  readonly routes: AccessRoutes;
  readonly audit: Audit;
  readonly start: (signal: AbortSignal) => Promise<void>;
  readonly stop: (signal: AbortSignal) => Promise<void>;
}

export function buildPlugin({ config, clock, logger, dataDir, points }: PluginEnvironment<AccessConfig>): BuiltPlugin {
  const metadata = points.one(metadataStore);
  const ring = new KeyFile(config, dataDir);
  // Whose a credential is, the trail asks when it writes.
  const accountOf = (context: CallContext, id: string) => credentials.accountOfCredential(context, id);
  const audit = setUpAudit({ config: config.audit, metadata, jobs: points.optional(jobs), clock, logger, signer: new RingSigner(ring), accountOf });
  // Tokens of issuers are checked by what comes in through them, which is put together last.
  const verifyWebIdentity = (context: CallContext, token: string) => webIdentity(own, config, context, token);
  const access = buildAccess({ config, metadata, ring, clock, logger, verifyWebIdentity, audit: audit.trail });
  const { parts, directory, knownKeys, credentials } = access;
  const accounts = accountLookup(directory);
  const apiKeys = new ApiKeys(parts.keys, knownKeys);
  const sources = [new ApiKeySource(apiKeys), new ConfigKeySource(directory), new StoredKeySource(knownKeys)];
  const own: BuiltAuthenticators = buildAuthenticators(config, { clock, logger, accountOf: accounts, sources });
  const { issuers, throttle } = own;
  const renew = (context: CallContext, principal: Principal, since: number) => credentials.lookAgain(context, principal, since);
  const sessions = buildSessions(config, { metadata, clock, keys: ring, accountOf: keptAccountLookup(directory), issuers, throttle, renew });
  const chain = new AuthenticatorChain([own.basic, new ApiKeyAuthenticator(apiKeys), own.oidc, sessions.authenticator, own.certificates]);
  const routes = new AccessRoutes([
    () => roleRoutes(parts),
    () => userRoutes(parts),
    () => assignmentRoutes(parts),
    () => groupRoutes(parts),
    () => policyRoutes(parts),
    () => keyRoutes(parts),
    () => accountRoutes(parts, access.accounts),
    () => decisionRoutes(parts),
    () => [validateRoute(parts, () => chain)],
    () => sessions.routes,
    () => audit.routes,
  ]);
  return {
    access,
    audit,
    chain,
    routes,
    start: async (signal) => {
      await ring.load();
      await access.generation.start(serverContext(logger));
      await own.load();
      await audit.start(signal);
    },
    stop: async (signal) => {
      await audit.stop(signal);
      access.generation.stop();
      await own.stop();
    },
  };
}

async function webIdentity({ oidc }: BuiltAuthenticators, { issuers }: AccessConfig, context: CallContext, token: string): Promise<VerifiedWebIdentity> {
  const { principal, subject, audience, issuer: provider } = await oidc.verifyWebIdentity(context, token);
  const { name } = issuers.find(({ url }) => url === provider)!;
  return { principal, subject, audience: audience[0] ?? '', provider, issuer: name };
}

import type { AuditTrail, CallContext, Clock, Logger, MetadataStore } from '@zas/plugin-api';
import { sourcesOfPeople } from './authenticators/authenticators-config.js';
import type { AccessConfig } from './config.js';
import { buildDirectory, type Directory } from './directory.js';
import { AccessStore } from './directory/access-store.js';
import { AccountDirectory } from './directory/account-directory.js';
import { Accounts } from './directory/accounts.js';
import { RecordChanges } from './directory/change-records.js';
import { Generation } from './directory/generation.js';
import { Groups } from './directory/groups.js';
import { secureRandom } from './directory/key-format.js';
import { Keys } from './directory/keys.js';
import { KnownKeys } from './directory/known-keys.js';
import { Policies } from './directory/policies.js';
import { Roles } from './directory/roles.js';
import { StoredPolicies } from './directory/stored-policies.js';
import { Users } from './directory/users.js';
import { PolicyAuthorizer } from './policy-authorizer.js';
import type { AccessParts } from './rest/access-parts.js';
import type { KeyRing } from './secrets/key-ring.js';
import { StoredCredentials } from './stored-credentials.js';
import { SessionRoots } from './tokens/session-roots.js';
import { Sessions } from './tokens/sessions.js';
import { StsService, type VerifiedWebIdentity } from './tokens/sts-service.js';

export interface AccessSurroundings {
  readonly config: AccessConfig;
  readonly metadata: MetadataStore;
  readonly ring: KeyRing;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly audit?: AuditTrail;
  /** Throws `unauthenticated`. */
  readonly verifyWebIdentity: (context: CallContext, token: string) => Promise<VerifiedWebIdentity>;
}

/** Everything that knows who may what, put together. */
export interface Access {
  readonly directory: Directory;
  readonly parts: AccessParts;
  readonly accounts: Accounts;
  readonly authorizer: PolicyAuthorizer;
  readonly credentials: StoredCredentials;
  readonly tokens: StsService;
  readonly knownKeys: KnownKeys;
  readonly generation: Generation;
}

export function buildAccess({ config, metadata, ring, clock, audit, verifyWebIdentity }: AccessSurroundings): Access {
  const directory = buildDirectory(config);
  const configured = new Set([...directory.keys.values()].map(({ principal }) => `${principal.account.id}/${principal.id}`));
  const store = new AccessStore(metadata);
  const generation = new Generation((context) => store.generation(context), clock);
  const accounts = new AccountDirectory(directory, store, generation);
  const changes = new RecordChanges(store, accounts, generation, clock);
  const keys = new Keys(store, changes, ring, secureRandom);
  const knownKeys = new KnownKeys(store, keys, accounts, generation, clock);
  const source = new StoredPolicies(directory.policies, store, generation);
  const roots = new SessionRoots({ config: directory, keys: knownKeys, store, generation, ring, clock, hasIssuer: (name) => config.issuers.some((issuer) => issuer.name === name && issuer.enabled) });
  const sessions = new Sessions({ ring, store, accounts, generation, roots, clock });
  const authorizer = new PolicyAuthorizer(accounts, source);
  return {
    directory,
    parts: {
      store,
      accounts,
      users: new Users(store, changes, (id, account) => configured.has(`${account}/config:${id}`)),
      groups: new Groups(store, changes),
      roles: new Roles(store, changes),
      policies: new Policies(store, changes),
      keys,
      source,
      clock,
      audit,
      authorizer,
      resources: { metadata, repositorySettings: config.repositoryPolicy === undefined ? undefined : Object.freeze({ policy: config.repositoryPolicy }) },
      config: directory,
    },
    accounts: new Accounts({ store, directory: accounts, metadata, generation, now: () => clock.now() }),
    authorizer,
    credentials: new StoredCredentials({ config: directory, store, keys: knownKeys, sessions, accounts, clock, hasSource: sourceNames(config) }),
    tokens: new StsService({ store, sessions, source, ring, clock, random: secureRandom, verifyWebIdentity }),
    knownKeys,
    generation,
  };
}

function sourceNames(config: AccessConfig): (name: string) => boolean {
  const names = new Set([...sourcesOfPeople(config), ...config.issuers.filter(({ enabled }) => enabled).map(({ name }) => name)]);
  return (name) => names.has(name);
}

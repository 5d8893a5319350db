import type { AuditTrail, Clock } from '@zas/plugin-api';
import type { AccessStore } from '../directory/access-store.js';
import type { AccountDirectory } from '../directory/account-directory.js';
import type { Groups } from '../directory/groups.js';
import type { Keys } from '../directory/keys.js';
import type { Policies } from '../directory/policies.js';
import type { Roles } from '../directory/roles.js';
import type { StoredPolicies } from '../directory/stored-policies.js';
import type { Users } from '../directory/users.js';
import type { Directory } from '../directory.js';
import type { PolicyAuthorizer } from '../policy-authorizer.js';
import type { ResourceSource } from './resource-of-arn.js';

/** What the routes work with. */
export interface AccessParts {
  readonly store: AccessStore;
  readonly accounts: AccountDirectory;
  readonly users: Users;
  readonly groups: Groups;
  readonly roles: Roles;
  readonly policies: Policies;
  readonly keys: Keys;
  readonly source: StoredPolicies;
  readonly clock: Clock;
  /** Absent: nothing is audited. */
  readonly audit?: AuditTrail;
  readonly authorizer: PolicyAuthorizer;
  readonly resources: ResourceSource;
  readonly config: Directory;
}


import type { ContractCase, ContractWorld, Prepared } from './contract-case.js';
import { fresh } from './contract-case.js';

const ALLOW = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } };

const maker =
  (path: string, kind: string, fields: Record<string, unknown> = {}) =>
  async ({ root }: Pick<ContractWorld, 'root'>): Promise<Prepared> => {
    const id = fresh(kind);
    await root.must('POST', path, { id, ...fields });
    return { id };
  };
const user = maker('/rbac/users', 'user');
const role = maker('/rbac/roles', 'role');
const group = maker('/rbac/groups', 'group');
const policy = maker('/rbac/policies', 'policy', { document: ALLOW });
type Maker = (world: ContractWorld) => Promise<Prepared>;
const all = async (world: ContractWorld, makers: Record<string, Maker>): Promise<Prepared> =>
  Object.fromEntries(await Promise.all(Object.entries(makers).map(async ([name, make]) => [name, (await make(world))['id']!] as const)));
const key = async (world: ContractWorld): Promise<Prepared> => {
  const { id } = await user(world);
  return { id: id!, key: (await world.root.must('POST', `/rbac/users/${id}/keys`, {})).id as string };
};

const AUDIT = 'kind=change&from=2020-01-01T00:00:00Z&to=2999-01-01T00:00:00Z&principal=config:root&resource=*&action=rbac:CreateUser&requestId=x&outcome=allowed&order=oldest';
const gone = (path: string, body?: unknown) => ({ what: 'nothing of that name', path, body, status: 404 });
const account = { what: 'an account that is none', status: 400 };
const only = (path: string): ContractCase => ({ right: () => ({ path }) });
const list = (path: string): ContractCase => ({
  right: () => [{ path: `${path}?limit=5` }, { path: `${path}?cursor=${Buffer.from('a').toString('base64url')}` }],
  wrong: [
    { what: 'a limit of none', path: `${path}?limit=0`, status: 400 },
    { what: 'a cursor that is none', path: `${path}?cursor=%25`, status: 400 },
    { what: 'a parameter that is none', path: `${path}?page=1`, status: 400 },
    { what: 'a parameter twice', path: `${path}?limit=1&limit=2`, status: 400 },
    { ...account, path: `${path}?account=1` },
  ],
});

/** Of the REST API, by operation id. */
export const REST_CASES: Readonly<Record<string, ContractCase>> = {
  getHealth: only('/health'),
  getHealthReady: only('/health/ready'),
  getHealthLive: only('/health/live'),
  getMetrics: only('/metrics'),
  getDocs: only('/docs'),
  getDocsStyle: only('/docs/style.css'),
  getDocsIcon: only('/docs/icon.svg'),
  getOpenApiJson: only('/docs/openapi.json'),
  getOpenApiYaml: only('/docs/openapi.yaml'),
  getAdminPlugins: only('/admin/plugins'),
  getAdminOciCollection: only('/admin/oci/collection'),
  getAdminOciRetention: only('/admin/oci/retention'),

  listRoles: list('/rbac/roles'),
  createRole: {
    right: () => ({ path: '/rbac/roles', body: { id: fresh('role'), description: 'd', policies: ['read'], maxSessionSeconds: 900 } }),
    wrong: [
      { what: 'a name that is none', path: '/rbac/roles', body: { id: 'a/b' }, status: 400 },
      { what: 'a policy that is not there', path: '/rbac/roles', body: { id: 'r', policies: ['unheard-of'] }, status: 404 },
      { what: 'one that is there', path: '/rbac/roles', body: { id: 'admin' }, status: 409 },
      { what: 'a trust policy that is none', path: '/rbac/roles', body: { id: 'r', trustPolicy: {} }, status: 400 },
      { what: 'too short sessions', path: '/rbac/roles', body: { id: 'r', maxSessionSeconds: 1 }, status: 400 },
    ],
  },
  getRole: { prepare: role, right: ({ id }) => ({ path: `/rbac/roles/${id}` }), wrong: [gone('/rbac/roles/unheard-of'), { ...account, path: '/rbac/roles/admin?account=x' }] },
  updateRole: {
    prepare: role,
    right: ({ id }) => ({ path: `/rbac/roles/${id}`, body: { description: 'new', trustPolicy: null, revokeSessions: true } }),
    wrong: [gone('/rbac/roles/unheard-of', {}), { what: 'a built-in one', path: '/rbac/roles/admin', body: { policies: [] }, status: 409 }],
  },
  deleteRole: { prepare: role, right: ({ id }) => ({ path: `/rbac/roles/${id}` }), wrong: [gone('/rbac/roles/unheard-of'), { what: 'a built-in one', path: '/rbac/roles/read', status: 409 }] },

  listUsers: list('/rbac/users'),
  createUser: {
    right: () => ({ path: '/rbac/users', body: { id: fresh('user'), displayName: 'U', email: 'u@example.org', roles: ['read'], boundary: 'read' } }),
    wrong: [
      { what: 'a role that is not there', path: '/rbac/users', body: { id: 'u', roles: ['unheard-of'] }, status: 404 },
      { what: 'the root', path: '/rbac/users', body: { id: 'config:root' }, status: 400 },
      { what: 'an address that is none', path: '/rbac/users', body: { id: 'u', email: 'u' }, status: 400 },
      { what: 'an account that is not there', path: '/rbac/users?account=000000000007', body: { id: 'u' }, status: 404 },
    ],
  },
  getUser: { prepare: user, right: ({ id }) => ({ path: `/rbac/users/${id}` }), wrong: [gone('/rbac/users/unheard-of')] },
  updateUser: {
    prepare: user,
    right: ({ id }) => ({ path: `/rbac/users/${id}`, body: { enabled: false, email: null, boundary: null, revokeSessions: true } }),
    wrong: [gone('/rbac/users/unheard-of', {}), { what: 'a field of the wrong type', path: '/rbac/users/u', body: { enabled: 'no' }, status: 400 }],
  },
  deleteUser: { prepare: user, right: ({ id }) => ({ path: `/rbac/users/${id}` }), wrong: [gone('/rbac/users/unheard-of')] },
  listRolesOfUser: { prepare: user, right: ({ id }) => ({ path: `/rbac/users/${id}/roles` }), wrong: [gone('/rbac/users/unheard-of/roles')] },
  assignRole: {
    prepare: user,
    right: ({ id }) => ({ path: `/rbac/users/${id}/roles`, body: { role: 'read' } }),
    wrong: [gone('/rbac/users/unheard-of/roles', { role: 'read' })],
  },
  setRolesOfUser: {
    prepare: user,
    right: ({ id }) => ({ path: `/rbac/users/${id}/roles`, body: { roles: ['read', 'write'] } }),
    wrong: [gone('/rbac/users/unheard-of/roles', { roles: [] }), { what: 'a role twice', path: '/rbac/users/u/roles', body: { roles: ['read', 'read'] }, status: 400 }],
  },
  unassignRole: { prepare: user, right: ({ id }) => ({ path: `/rbac/users/${id}/roles/read` }), wrong: [gone('/rbac/users/unheard-of/roles/read')] },

  listGroups: list('/rbac/groups'),
  createGroup: {
    right: () => ({ path: '/rbac/groups', body: { id: fresh('group'), roles: ['read'], policies: ['read'] } }),
    wrong: [{ what: 'a role that is not there', path: '/rbac/groups', body: { id: 'g', roles: ['unheard-of'] }, status: 404 }],
  },
  getGroup: { prepare: group, right: ({ id }) => ({ path: `/rbac/groups/${id}` }), wrong: [gone('/rbac/groups/unheard-of')] },
  updateGroup: { prepare: group, right: ({ id }) => ({ path: `/rbac/groups/${id}`, body: { description: 'new' } }), wrong: [gone('/rbac/groups/unheard-of', {})] },
  deleteGroup: { prepare: group, right: ({ id }) => ({ path: `/rbac/groups/${id}` }), wrong: [gone('/rbac/groups/unheard-of')] },
  listGroupMembers: { prepare: group, right: ({ id }) => ({ path: `/rbac/groups/${id}/members?limit=5&cursor=YQ` }), wrong: [gone('/rbac/groups/unheard-of/members')] },
  addGroupMember: {
    prepare: (world) => all(world, { group, user }),
    right: (prepared) => ({ path: `/rbac/groups/${prepared['group']}/members/${prepared['user']}` }),
    wrong: [gone('/rbac/groups/unheard-of/members/u')],
  },
  removeGroupMember: {
    prepare: (world) => all(world, { group, user }),
    right: (prepared) => ({ path: `/rbac/groups/${prepared['group']}/members/${prepared['user']}` }),
    wrong: [gone('/rbac/groups/g/members/unheard-of')],
  },

  listPolicies: list('/rbac/policies'),
  createPolicy: {
    right: () => ({ path: '/rbac/policies', body: { id: fresh('policy'), document: ALLOW } }),
    wrong: [
      { what: 'a document that is none', path: '/rbac/policies', body: { id: 'p', document: '{"Version":"2012-10-17"}' }, status: 400 },
      { what: 'an action that is none', path: '/rbac/policies', body: { id: 'p', document: { ...ALLOW, Statement: { ...ALLOW.Statement, Action: 's3:Nonsense' } } }, status: 400 },
      { what: 'one that is there', path: '/rbac/policies', body: { id: 'admin', document: ALLOW }, status: 409 },
    ],
  },
  getPolicy: { prepare: policy, right: ({ id }) => ({ path: `/rbac/policies/${id}` }), wrong: [gone('/rbac/policies/unheard-of')] },
  updatePolicy: {
    prepare: policy,
    right: ({ id }) => ({ path: `/rbac/policies/${id}`, body: { document: JSON.stringify(ALLOW) } }),
    wrong: [gone('/rbac/policies/unheard-of', {}), { what: 'a built-in one', path: '/rbac/policies/admin', body: { description: 'd' }, status: 409 }],
  },
  deletePolicy: { prepare: policy, right: ({ id }) => ({ path: `/rbac/policies/${id}` }), wrong: [gone('/rbac/policies/unheard-of')] },
  attachPolicy: {
    prepare: user,
    right: ({ id }) => ({ path: '/rbac/policies/read/attach', body: { kind: 'user', id } }),
    wrong: [gone('/rbac/policies/read/attach', { kind: 'group', id: 'unheard-of' }), { what: 'a kind that is none', path: '/rbac/policies/read/attach', body: { kind: 'bucket', id: 'b' }, status: 400 }],
  },
  detachPolicy: { prepare: user, right: ({ id }) => ({ path: '/rbac/policies/read/detach', body: { kind: 'user', id } }), wrong: [gone('/rbac/policies/unheard-of/detach', { kind: 'user', id: 'u' })] },

  listKeys: { prepare: key, right: ({ id }) => ({ path: `/rbac/users/${id}/keys` }), wrong: [gone('/rbac/users/unheard-of/keys')] },
  createKey: {
    prepare: user,
    right: ({ id }) => ({ path: `/rbac/users/${id}/keys`, body: { kind: 'api', description: 'd', policy: ALLOW, expiresAt: '2999-01-01T00:00:00Z' } }),
    wrong: [
      gone('/rbac/users/unheard-of/keys', {}),
      { what: 'an end in the past', path: '/rbac/users/u/keys', body: { expiresAt: '2001-01-01T00:00:00Z' }, status: 400 },
      { what: 'an end that is no time', path: '/rbac/users/u/keys', body: { expiresAt: 'tomorrow' }, status: 400 },
      { what: 'a policy that is none', path: '/rbac/users/u/keys', body: { policy: 'none' }, status: 400 },
    ],
  },
  updateKey: { prepare: key, right: (prepared) => ({ path: `/rbac/users/${prepared['id']}/keys/${prepared['key']}`, body: { enabled: false, expiresAt: null } }), wrong: [gone('/rbac/users/u/keys/ZAK', {})] },
  rotateKey: {
    prepare: key,
    right: (prepared) => ({ path: `/rbac/users/${prepared['id']}/keys/${prepared['key']}/rotate`, body: { graceSeconds: 60 } }),
    wrong: [gone('/rbac/users/u/keys/ZAK/rotate', {}), { what: 'a time below nothing', path: '/rbac/users/u/keys/ZAK/rotate', body: { graceSeconds: -1 }, status: 400 }],
  },
  deleteKey: { prepare: key, right: (prepared) => ({ path: `/rbac/users/${prepared['id']}/keys/${prepared['key']}` }), wrong: [gone('/rbac/users/u/keys/ZAK')] },

  listAccounts: only('/rbac/accounts'),
  createAccount: {
    right: () => ({ path: '/rbac/accounts', body: { id: '123456789012', displayName: 'Team' } }),
    wrong: [
      { what: 'an id that is none', path: '/rbac/accounts', body: { id: '1', displayName: 'x' }, status: 400 },
    ],
  },
  getAccount: {
    prepare: async ({ root }) => ({ id: (await root.must('GET', '/rbac/accounts')).accounts[0].id as string }),
    right: ({ id }) => ({ path: `/rbac/accounts/${id}` }),
    wrong: [gone('/rbac/accounts/000000000007')],
  },
  deleteAccount: {
    prepare: async ({ root }) => {
      await root.must('POST', '/rbac/accounts', { id: '210987654321', displayName: 'Gone soon' });
      return {};
    },
    right: () => ({ path: '/rbac/accounts/210987654321' }),
    wrong: [gone('/rbac/accounts/000000000007')],
  },

  authorize: {
    right: () => ({ path: '/rbac/authorize', body: { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', attributes: { 'aws:SourceIp': '192.0.2.1' } } }),
    wrong: [
      { what: 'an action that is none', path: '/rbac/authorize', body: { action: 'read', resource: '*' }, status: 400 },
      { what: 'a resource that is none', path: '/rbac/authorize', body: { action: 's3:GetObject', resource: 'b/k' }, status: 400 },
      gone('/rbac/authorize', { principal: 'unheard-of', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }),
    ],
  },
  simulate: {
    prepare: user,
    right: ({ id }) => ({ path: '/rbac/simulate', body: { principal: id, action: 'oci:GetBlob', resource: 'arn:zas:oci:::team/app', policies: { p: ALLOW, q: null }, user: { policies: ['read'] } } }),
    wrong: [
      gone('/rbac/simulate', { principal: 'unheard-of', action: 's3:GetObject', resource: '*' }),
      { what: 'a policy that is none', path: '/rbac/simulate', body: { principal: 'u', action: 's3:GetObject', resource: '*', policies: { p: {} } }, status: 400 },
    ],
  },
  whoCan: {
    right: () => ({ path: '/rbac/who-can?action=s3:GetObject&resource=arn:aws:s3:::b/k&limit=5' }),
    wrong: [
      { what: 'no action', path: '/rbac/who-can?resource=*', status: 400 },
      { what: 'a resource that is none', path: '/rbac/who-can?action=s3:GetObject&resource=x', status: 400 },
    ],
  },
  validateToken: {
    right: () => ({ path: '/rbac/validate', body: { token: 'unheard-of' } }),
    wrong: [{ what: 'no token', path: '/rbac/validate', body: {}, status: 400 }],
  },

  whoAmI: only('/rbac/session'),
  endSession: only('/rbac/session'),
  beginLogin: { right: () => ({ path: '/rbac/login/idp?returnTo=/console' }), wrong: [gone('/rbac/login/unheard-of'), { what: 'a target elsewhere', path: '/rbac/login/idp?returnTo=//evil.example', status: 400 }] },
  finishLogin: {
    prepare: async ({ root, provider }) => {
      const begun = await root.get('/rbac/login/idp?returnTo=/console');
      const asked = new URL(String(begun.headers['location'])).searchParams;
      provider.nextTokens = { id_token: await provider.token({ nonce: asked.get('nonce')! }), token_type: 'Bearer' };
      return { state: asked.get('state')!, cookie: String([begun.headers['set-cookie']].flat()[0]).split(';')[0]! };
    },
    right: (prepared) => ({ path: `/rbac/login/callback?code=c&state=${prepared['state']}`, headers: { cookie: prepared['cookie']! } }),
    wrong: [
      { what: 'an answer to no login', path: '/rbac/login/callback?code=c&state=s', status: 401 },
      { what: 'a refusal of no login', path: '/rbac/login/callback?error=access_denied&iss=x&state=s', status: 401 },
      { what: 'no state', path: '/rbac/login/callback?code=c', status: 400 },
    ],
  },
  beginDeviceLogin: {
    right: () => ({ path: '/rbac/device', body: { client_name: 'tool' } }),
    wrong: [{ what: 'a name with a line break', path: '/rbac/device', body: { client_name: 'a\nb' }, status: 400 }],
  },
  getDeviceToken: {
    prepare: async ({ root }) => {
      const begun = await root.must('POST', '/rbac/device', {});
      await root.must('POST', '/rbac/device/approve', { user_code: begun.user_code });
      return { device: begun.device_code };
    },
    right: ({ device }) => ({ path: '/rbac/device/token', body: { device_code: device } }),
    wrong: [{ what: 'a code that is none', path: '/rbac/device/token', body: { device_code: 'unheard-of' }, status: 400 }],
  },
  decideDeviceLogin: {
    prepare: async ({ root }) => ({ code: (await root.must('POST', '/rbac/device', {})).user_code as string }),
    right: ({ code }) => ({ path: '/rbac/device/approve', body: { user_code: code, approve: false } }),
    wrong: [gone('/rbac/device/approve', { user_code: 'AAAA-AAAA' })],
  },

  listAuditRecords: {
    right: () => ({ path: `/rbac/audit?limit=5&${AUDIT}` }),
    wrong: [
      { what: 'a time that is none', path: '/rbac/audit?from=yesterday', status: 400 },
      { what: 'a kind that is none', path: '/rbac/audit?kind=secret', status: 400 },
      { what: 'a cursor that is none', path: '/rbac/audit?cursor=x', status: 400 },
    ],
  },
  exportAuditRecords: {
    right: () => [{ path: `/rbac/audit/export?limit=5&${AUDIT}` }, { path: '/rbac/audit/export?limit=1' }],
    wrong: [
      { what: 'too many', path: '/rbac/audit/export?limit=10001', status: 400 },
      { what: 'a cursor that is none', path: '/rbac/audit/export?cursor=x', status: 400 },
    ],
  },
  verifyAuditTrail: { right: () => ({ path: '/rbac/audit/verify?limit=5' }), wrong: [{ what: 'a cursor that is none', path: '/rbac/audit/verify?cursor=x', status: 400 }] },
};

/** A realm with people, programs and roles at every place where Keycloak puts them. */
export const REALM = 'zas';
export const ANN = { username: 'ann', password: 'ann-password' };
export const BEA = { username: 'bea', password: 'bea-password' };
export const ROBOT = { client_id: 'robot', client_secret: 'robot-secret' };
export const WEB = { clientId: 'zas-web', clientSecret: 'web-secret' };

const audience = { name: 'audience', protocol: 'openid-connect', protocolMapper: 'oidc-audience-mapper', config: { 'included.client.audience': 'zas', 'access.token.claim': 'true' } };
const groups = { name: 'groups', protocol: 'openid-connect', protocolMapper: 'oidc-group-membership-mapper', config: { 'claim.name': 'groups', 'full.path': 'true', 'access.token.claim': 'true' } };
const client = (clientId: string, more: object) => ({ clientId, enabled: true, protocol: 'openid-connect', fullScopeAllowed: true, standardFlowEnabled: false, directAccessGrantsEnabled: false, ...more });
const person = ({ username, password }: typeof ANN, more: object) => ({
  username,
  enabled: true,
  email: `${username}@example.org`,
  emailVerified: true,
  firstName: username,
  lastName: 'Test',
  credentials: [{ type: 'password', value: password, temporary: false }],
  ...more,
});

export const realm = (redirectUri: string): object => ({
  realm: REALM,
  enabled: true,
  sslRequired: 'none',
  accessTokenLifespan: 600,
  roles: { realm: [{ name: 'admin' }, { name: 'reader' }], client: { zas: [{ name: 'pusher' }] } },
  groups: [{ name: 'team-a' }],
  clients: [
    client('zas', { bearerOnly: false, publicClient: true }),
    client('cli', { publicClient: true, directAccessGrantsEnabled: true, protocolMappers: [audience, groups] }),
    client('stranger', { publicClient: true, directAccessGrantsEnabled: true }),
    client(ROBOT.client_id, { secret: ROBOT.client_secret, serviceAccountsEnabled: true, protocolMappers: [audience] }),
    client(WEB.clientId, { secret: WEB.clientSecret, standardFlowEnabled: true, redirectUris: [redirectUri], protocolMappers: [audience, groups], attributes: { 'pkce.code.challenge.method': 'S256' } }),
  ],
  users: [
    person(ANN, { realmRoles: ['admin'], clientRoles: { zas: ['pusher'] }, groups: ['/team-a'] }),
    person(BEA, { realmRoles: ['reader'] }),
    { username: 'service-account-robot', enabled: true, serviceAccountClientId: ROBOT.client_id, realmRoles: ['reader'], clientRoles: { zas: ['pusher'] } },
  ],
});

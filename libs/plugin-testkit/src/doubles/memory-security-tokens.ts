import { StoreError, type CallContext, type Principal, type RoleRequest, type SecurityTokens, type SessionRequest, type TemporaryCredentials, type WebIdentity } from '@zas/plugin-api';
import type { MemoryCredentials } from './memory-credentials.js';

const HOUR = 3_600;
const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\/([\w+=,.@-]{1,128})$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** Roles and tokens of issuers that are put in by hand. What it makes is found in the credentials. */
export class MemorySecurityTokens implements SecurityTokens {
  readonly #credentials: MemoryCredentials;
  readonly #now: () => number;
  /** ARN of a role, and a principal's id or an issuer. */
  readonly #trusted = new Set<string>();
  readonly #webIdentities = new Map<string, WebIdentity>();
  /** Ids of sessions by the credential that they are made from. */
  readonly #madeFrom = new Map<string, string[]>();
  #count = 0;

  constructor(credentials: MemoryCredentials, now: () => number = Date.now) {
    this.#credentials = credentials;
    this.#now = now;
  }

  /** @param whom a principal's id, or an issuer's URL */
  trust(roleArn: string, whom: string): this {
    this.#trusted.add(`${roleArn} ${whom}`);
    return this;
  }

  addWebIdentity(token: string, identity: WebIdentity): this {
    this.#webIdentities.set(token, identity);
    return this;
  }

  /** The credential is gone, and what was made from it. */
  end(credentialId: string): void {
    this.#credentials.remove(credentialId);
    for (const session of this.#madeFrom.get(credentialId) ?? []) this.end(session);
    this.#madeFrom.delete(credentialId);
  }

  async assumeRole(context: CallContext, request: RoleRequest): Promise<TemporaryCredentials> {
    const principal = signedIn(context);
    return this.#assumed(principal.id, request, principal.credentialId, principal);
  }

  async assumeRoleWithWebIdentity(_context: CallContext, token: string, request: RoleRequest): Promise<TemporaryCredentials & { readonly identity: WebIdentity }> {
    const identity = this.#webIdentities.get(token);
    if (identity === undefined) throw new StoreError('unauthenticated', 'The token is not good');
    return { ...this.#assumed(identity.provider, request, identity.provider), identity };
  }

  async getSessionToken(context: CallContext, request: SessionRequest): Promise<TemporaryCredentials> {
    const principal = signedIn(context);
    return this.#make(request, principal.credentialId, principal, principal.sessionPolicies);
  }

  async describe(context: CallContext): Promise<{ readonly arn: string; readonly userId: string; readonly account: string }> {
    return namesOf(signedIn(context));
  }

  #assumed(whom: string, request: RoleRequest, from: string, principal?: Principal): TemporaryCredentials {
    const { roleArn, sessionName } = request;
    const [, id, role] = ROLE_ARN.exec(roleArn) ?? [];
    if (id === undefined || !SESSION_NAME.test(sessionName)) throw new StoreError('invalid-argument', 'No ARN of a role, or no name of a session');
    if (!this.#trusted.has(`${roleArn} ${whom}`)) throw new StoreError('access-denied', `Not authorized to assume ${roleArn}`);
    const account = { id, canonicalId: id, displayName: id };
    return this.#make(request, from, { id: `role:${role}/${sessionName}`, account, assumedRole: role, accountRoot: false, serverRoot: false, roles: [], groups: [], credentialId: '', expiresAt: principal?.expiresAt });
  }

  #make(request: SessionRequest, from: string, { expiresAt: end = Infinity, ...principal }: Principal, caps: readonly string[] = []): TemporaryCredentials {
    const { durationSeconds = HOUR, policy, policyNames = [] } = request;
    if (!Number.isInteger(durationSeconds) || durationSeconds < 900 || durationSeconds > 12 * HOUR) throw new StoreError('invalid-argument', 'So long no session lasts');
    if ((policy !== undefined && !isPolicy(policy)) || policyNames.length > 0) throw new StoreError('invalid-argument', 'That is no policy');
    const name = `SESSION${++this.#count}`;
    const expiresAt = Math.min(this.#now() + durationSeconds * 1_000, end);
    const sessionPolicies = [...(policy === undefined ? [] : [policy]), ...caps];
    const made: Principal = { ...principal, credentialId: name, expiresAt, issuedAt: this.#now(), ...(sessionPolicies.length > 0 && { sessionPolicies }) };
    const [secretAccessKey, sessionToken] = [`secret-of-${name}`, `token-of-${name}-end`];
    this.#credentials.add({ principal: made, secret: secretAccessKey, expiresAt }, sessionToken);
    this.#madeFrom.set(from, [...(this.#madeFrom.get(from) ?? []), name]);
    const { arn, userId } = namesOf(made);
    return { accessKeyId: name, secretAccessKey, sessionToken, expiresAt, principal: made, arn, userId };
  }
}

function signedIn({ principal }: CallContext): Principal {
  if (principal === undefined) throw new StoreError('access-denied', 'A signature is needed');
  return principal;
}

function isPolicy(text: string): boolean {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: unknown };
    return text.length <= 2_048 && [Statement].flat().some((one) => one !== undefined);
  } catch {
    return false;
  }
}

function namesOf({ id, account, assumedRole }: Principal): { arn: string; userId: string; account: string } {
  const name = id.slice(id.search(/[:/][^:/]*$/) + 1);
  if (assumedRole === undefined) return { arn: `arn:aws:iam::${account.id}:user/${name}`, userId: id, account: account.id };
  return { arn: `arn:aws:sts::${account.id}:assumed-role/${assumedRole}/${name}`, userId: `${assumedRole}:${name}`, account: account.id };
}

import { StoreError, type CallContext, type Clock, type Principal, type RoleRequest, type SecurityTokens, type SessionRequest, type TemporaryCredentials, type WebIdentity } from '@zas/plugin-api';
import { AccessRequest } from '../decision/access-request.js';
import { callerOf, userNameOf, type Caller } from '../decision/caller.js';
import { identitySide } from '../decision/identity-side.js';
import { NO, YES } from '../policy/certainty.js';
import type { AccessStore } from '../directory/access-store.js';
import { newAccessKey, type RandomNumber } from '../directory/key-format.js';
import type { RoleRecord } from '../directory/records.js';
import { userIdOf } from '../directory/stored-policies.js';
import { compileIdentityPolicy } from '../identity-policies.js';
import { SessionPolicies } from '../policy/session-policies.js';
import type { PolicySource } from '../policy-source.js';
import type { KeyRing } from '../secrets/key-ring.js';
import { sealSession, type SessionClaims } from './session-token.js';
import type { Sessions } from './sessions.js';
import { trustPolicyOf, trusts } from './trust-policy.js';

const HOUR = 3_600;
const LEAST = 900;
/** AWS's limits for GetSessionToken: of users, and of a root. */
const LONGEST = 36 * HOUR;
const ROLE_ARN = /^arn:aws:iam::(\d{12}):role\/([A-Za-z0-9._@+=-]{1,128})$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** What a verified token of an OIDC issuer says. */
export interface VerifiedWebIdentity extends WebIdentity {
  readonly principal: Principal;
  /** Short name of the issuer. */
  readonly issuer: string;
}

export interface StsServiceParts {
  readonly store: AccessStore;
  readonly sessions: Sessions;
  readonly source: PolicySource;
  readonly ring: KeyRing;
  readonly clock: Clock;
  readonly random: RandomNumber;
  /** Throws `unauthenticated`. */
  readonly verifyWebIdentity: (context: CallContext, token: string) => Promise<VerifiedWebIdentity>;
}

/** AWS's Security Token Service, without its protocol. */
export class StsService implements SecurityTokens {
  readonly #parts: StsServiceParts;
  readonly #sessionPolicies = new SessionPolicies();

  constructor(parts: StsServiceParts) {
    this.#parts = parts;
  }

  async assumeRole(context: CallContext, request: RoleRequest): Promise<TemporaryCredentials> {
    const principal = signedIn(context);
    if (principal.accountRoot || principal.serverRoot) throw new StoreError('access-denied', 'Roles may not be assumed by root accounts.');
    const { account, name, role } = await this.#role(context, request);
    const asked = this.#request(context, await this.#caller(context, principal), 'sts:AssumeRole', account, name, request);
    const policy = trustPolicyOf(role?.trustPolicy);
    const naming = policy === undefined ? 'none' : trusts(policy, asked);
    const own = identitySide(asked);
    // Where the role trusts the account, or is another's, the account has to let its user. What caps him caps this too.
    const enough = naming === 'direct' && account === principal.account.id;
    const lets = enough || (naming !== 'none' && own.allow === YES);
    // One that is not there is one that may not be taken on: names are nobody's to try.
    if (role === undefined || !lets || own.deny !== NO || own.cap !== YES) throw denied(principal, 'sts:AssumeRole', request.roleArn);
    // A role taken on by a role's session ends with it, and after an hour at most, as AWS has it.
    const chained = principal.assumedRole !== undefined;
    const roots = this.#parts.sessions.rootsOf(principal);
    return this.#make(context, {
      request,
      longest: chained ? Math.min(HOUR, role.maxSessionSeconds) : role.maxSessionSeconds,
      usual: HOUR,
      principal: { id: `role:${role.id}/${request.sessionName}`, account, role: role.id, roots, endsBy: principal.expiresAt },
    });
  }

  async assumeRoleWithWebIdentity(context: CallContext, token: string, request: RoleRequest): Promise<TemporaryCredentials & { readonly identity: WebIdentity }> {
    const { principal, issuer, subject, audience, provider } = await this.#parts.verifyWebIdentity(context, token);
    const { account, name, role } = await this.#role(context, request);
    const asked = this.#request(context, await this.#caller(context, principal), 'sts:AssumeRoleWithWebIdentity', account, name, request);
    const providers = [issuer, provider, `arn:aws:iam::${account}:oidc-provider/${provider.replace(/^https?:\/\//, '')}`];
    const policy = trustPolicyOf(role?.trustPolicy);
    // What is stored of him can deny it and cap it, as who is disabled is denied everything.
    const own = identitySide(asked);
    const lets = policy !== undefined && trusts(policy, asked, providers) === 'direct' && own.deny === NO && own.cap === YES;
    if (role === undefined || !lets) throw denied(principal, 'sts:AssumeRoleWithWebIdentity', request.roleArn);
    const roots = [`issuer:${issuer}`, `user:${principal.account.id}/${userIdOf(principal)}@${principal.issuedAt ?? this.#parts.clock.now()}`];
    const made = await this.#make(context, {
      request,
      longest: role.maxSessionSeconds,
      usual: HOUR,
      principal: { id: `role:${role.id}/${request.sessionName}`, account, role: role.id, roots, claims: { ...principal.claims, sub: subject, iss: provider } },
    });
    return { ...made, identity: { subject, audience, provider } };
  }

  async getSessionToken(context: CallContext, request: SessionRequest): Promise<TemporaryCredentials> {
    const principal = signedIn(context);
    if (principal.expiresAt !== undefined && principal.issuedAt !== undefined) throw new StoreError('access-denied', 'Cannot call GetSessionToken with session credentials');
    if (principal.serverRoot) throw new StoreError('access-denied', 'The root of the server takes no session: its keys come from the config');
    return this.#make(context, {
      request,
      longest: principal.accountRoot ? HOUR : LONGEST,
      usual: principal.accountRoot ? HOUR : 12 * HOUR,
      principal: { id: principal.id, account: principal.account.id, root: principal.accountRoot, roots: this.#parts.sessions.rootsOf(principal), endsBy: principal.expiresAt, caps: principal.sessionPolicies },
    });
  }

  async describe(context: CallContext): Promise<{ readonly arn: string; readonly userId: string; readonly account: string }> {
    return nameOf(signedIn(context));
  }

  async #make(
    context: CallContext,
    { request, longest, usual, principal }: { request: SessionRequest; longest: number; usual: number; principal: Planned },
  ): Promise<TemporaryCredentials> {
    const { durationSeconds: wanted = Math.min(usual, longest), policy, policyNames = [] } = request;
    if (!Number.isInteger(wanted) || wanted < LEAST || wanted > longest) {
      throw new StoreError('invalid-argument', `DurationSeconds must be from ${LEAST} to ${longest}`);
    }
    if (policy !== undefined) requireSessionPolicy(policy);
    for (const name of policyNames) {
      if (!(await this.#parts.store.findOwned(context, 'policies', principal.account, name))) throw new StoreError('invalid-argument', 'There is no such policy');
    }
    const now = this.#parts.clock.now();
    const { id, secret } = newAccessKey(this.#parts.random);
    const documents = [policy ?? '', ...(principal.caps ?? [])];
    const claims: SessionClaims = {
      k: `ZTK${id.slice(3)}`,
      x: secret,
      p: principal.id,
      a: principal.account,
      ...(principal.role === undefined ? {} : { r: principal.role }),
      n: principal.roots,
      ...(policy === undefined && principal.caps === undefined ? {} : { d: documents }),
      ...(policyNames.length === 0 ? {} : { m: policyNames }),
      ...(principal.claims === undefined ? {} : { c: principal.claims }),
      ...(principal.root === true ? { o: 1 as const } : {}),
      i: now,
      e: Math.min(Math.floor(now / 1_000) + wanted, Math.floor((principal.endsBy ?? Infinity) / 1_000)),
    };
    const sessionToken = sealSession(this.#parts.ring, claims);
    const credential = await this.#parts.sessions.credentialOf(context, claims);
    if (credential === undefined) throw new StoreError('access-denied', 'The account is gone');
    const { arn, userId } = nameOf(credential.principal);
    return { accessKeyId: claims.k, secretAccessKey: secret, sessionToken, expiresAt: claims.e * 1_000, principal: credential.principal, arn, userId };
  }

  async #role(context: CallContext, { roleArn, sessionName }: RoleRequest): Promise<{ readonly account: string; readonly name: string; readonly role: RoleRecord | undefined }> {
    const [, account, name] = ROLE_ARN.exec(roleArn) ?? [];
    if (account === undefined || name === undefined) throw new StoreError('invalid-argument', 'RoleArn is not the ARN of a role');
    if (!SESSION_NAME.test(sessionName)) throw new StoreError('invalid-argument', 'RoleSessionName has 2 to 64 letters, digits and _ + = , . @ -');
    return { account, name, role: (await this.#parts.store.findOwned(context, 'roles', account, name))?.record };
  }

  /** With what caps the credential: it caps what is made from it too. */
  async #caller(context: CallContext, principal: Principal): Promise<Caller> {
    return callerOf(principal, await this.#parts.source.of(context, principal), this.#sessionPolicies.of(principal.sessionPolicies ?? []));
  }

  #request(context: CallContext, caller: Caller, action: string, account: string, name: string, { sessionName, externalId, attributes }: RoleRequest): AccessRequest {
    const now = this.#parts.clock.now();
    return new AccessRequest(caller, action, { type: 'access', account, kind: 'role', name }, undefined, (key) => {
      switch (key) {
        case 'sts:rolesessionname':
          return sessionName;
        case 'sts:externalid':
          return externalId;
        case 'aws:sourceip':
          return context.address;
        case 'aws:currenttime':
          return new Date(now).toISOString();
        case 'aws:epochtime':
          return String(Math.floor(now / 1_000));
        default:
          return attributes?.(key);
      }
    });
  }
}

interface Planned {
  readonly id: string;
  readonly account: string;
  readonly role?: string;
  readonly root?: boolean;
  readonly roots: readonly string[];
  readonly claims?: SessionClaims['c'];
  /** Policies that already cap what it is made from. */
  readonly caps?: readonly string[];
  /** End of what it is made from. */
  readonly endsBy?: number;
}

function signedIn({ principal }: CallContext): Principal {
  if (principal === undefined) throw new StoreError('access-denied', 'A signature is needed');
  return principal;
}

function requireSessionPolicy(text: string): void {
  if (text.length > 2_048) throw new StoreError('invalid-argument', 'A session policy has at most 2,048 characters');
  const { problem } = compileIdentityPolicy(text);
  if (problem !== undefined) throw new StoreError('invalid-argument', problem, { details: { reason: 'policy-document' } });
}

function denied({ id }: Principal, action: string, arn: string): StoreError {
  return new StoreError('access-denied', `User: ${id} is not authorized to perform: ${action} on resource: ${arn}`);
}

function nameOf({ id, account, accountRoot, assumedRole }: Principal): { arn: string; userId: string; account: string } {
  const subject = id.slice(id.indexOf(':') + 1);
  if (assumedRole !== undefined) {
    const session = subject.slice(subject.lastIndexOf('/') + 1);
    return { arn: `arn:aws:sts::${account.id}:assumed-role/${assumedRole}/${session}`, userId: `${assumedRole}:${session}`, account: account.id };
  }
  if (accountRoot) return { arn: `arn:aws:iam::${account.id}:root`, userId: account.id, account: account.id };
  return { arn: `arn:aws:iam::${account.id}:user/${userNameOf(id)}`, userId: id, account: account.id };
}

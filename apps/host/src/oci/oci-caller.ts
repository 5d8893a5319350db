import type { IncomingHttpHeaders } from 'node:http';
import type { Authorizer, BucketSettings, Decision, OciAction, Principal, Question, RepositoryRecord } from '@zas/plugin-api';
import type { RequestContext } from '@zas/observability';
import type { ArtifactRegistry, PullRecorder } from '@zas/artifact-registry';
import type { OciTarget, Reference, RepositoryAction, ResourceScope } from '@zas/oci-protocol';
import { ociError, readMount, scopesAllow } from '@zas/oci-protocol';
import type { Exchange } from '../http/exchange.js';
import { GLOBAL_KEYS } from '../http/global-attributes.js';
import { ACTIONS_OF_SCOPE } from './anonymous-policy.js';
import type { OciCredential } from './authenticate-oci.js';
import { CatalogSight } from './catalog-sight.js';
import type { OciCall } from './oci-call.js';
import { CATALOG_SCOPE, TokenNeeded, denied } from './denial.js';
import { mentions } from './granted-scope.js';

/** What is the same for all requests of the door. */
export interface OciCallSettings {
  readonly region: string;
  readonly manifestBytes: number;
  readonly positionSecret: Uint8Array;
  /** What hangs on every repository; absent: nothing. */
  readonly anonymous: BucketSettings | undefined;
  /** Account that repositories would belong to which nobody in particular makes. */
  readonly rootAccount: string;
}

export interface OciCallParts {
  readonly exchange: Exchange;
  readonly registry: ArtifactRegistry;
  readonly pulls: PullRecorder;
  readonly authorizer: Authorizer | undefined;
  readonly settings: OciCallSettings;
  readonly target: OciTarget;
  readonly credential: OciCredential;
}

const CATALOG_ACTION: OciAction = 'oci:DescribeRepository';

/** Which scope of a token covers an action. */
const SCOPE_OF_ACTION: ReadonlyMap<OciAction, RepositoryAction> = new Map(
  Object.entries(ACTIONS_OF_SCOPE).flatMap(([scope, actions]) => actions.map((action) => [action, scope as RepositoryAction])),
);

export const scopeOf = (action: OciAction): RepositoryAction => SCOPE_OF_ACTION.get(action) ?? '*';

/** What may be done to it, as the authorizer wants it; one that is not there belongs to who would make it. */
interface Subject {
  readonly name: string;
  readonly owner: string;
}

/** The call as operations see it, over its parts. */
export class OciCaller implements OciCall {
  readonly exchange: Exchange;
  readonly context: RequestContext;
  readonly registry: ArtifactRegistry;
  readonly pulls: PullRecorder;
  readonly manifestBytes: number;
  readonly positionSecret: Uint8Array;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly target: OciTarget;
  /** Set by the door once it is known or made. */
  found: RepositoryRecord | undefined;

  constructor(private readonly parts: OciCallParts) {
    const { exchange } = parts;
    this.exchange = exchange;
    this.context = exchange.context;
    this.registry = parts.registry;
    this.pulls = parts.pulls;
    this.manifestBytes = parts.settings.manifestBytes;
    this.positionSecret = parts.settings.positionSecret;
    this.method = exchange.request.method ?? 'GET';
    this.headers = exchange.request.headers;
    this.target = parts.target;
  }

  get repository(): RepositoryRecord {
    if (!this.found) throw new Error('This route has no repository');
    return this.found;
  }

  get repositoryIfAny(): RepositoryRecord | undefined {
    return this.found;
  }

  get reference(): Reference {
    if (this.target.kind !== 'manifest') throw new Error('This route has no reference');
    return this.target.reference;
  }

  /** Account that a repository made by this caller belongs to. */
  get makerAccount(): string {
    return this.context.principal?.account.id ?? this.parts.settings.rootAccount;
  }

  async authorize(action: OciAction, tag?: string): Promise<void> {
    if (!(await this.may(action, tag))) throw this.denied(action);
  }

  may(action: OciAction, tag?: string): Promise<boolean> {
    return this.decide(this.subject(), action, 'token', tag);
  }

  mayOn({ name, owner }: RepositoryRecord, action: OciAction, ceiling: 'token' | 'live'): Promise<boolean> {
    return this.decide({ name, owner }, action, ceiling);
  }

  requireMention(name: string, action: OciAction): void {
    const { scopes } = this.parts.credential;
    if (!scopes || mentions(scopes, name, scopeOf(action))) return;
    throw new TokenNeeded(this.ownScopes('oci:PutBlob'), 'insufficient_scope');
  }

  async sights(): Promise<readonly CatalogSight[]> {
    const { authorizer, credential, settings } = this.parts;
    if (credential.scopes?.some(({ type }) => type === 'registry') === false) throw new TokenNeeded([CATALOG_SCOPE], 'insufficient_scope');
    if (!authorizer) return [];
    const { principal } = this.context;
    const sight = async (who: Principal | undefined, owner: string, whose?: ConstructorParameters<typeof CatalogSight>[1]) => {
      const narrowing = await authorizer.narrow(this.context, this.question(who, { name: '', owner }, CATALOG_ACTION));
      return new CatalogSight(narrowing, whose, (repositories) => this.visible(repositories));
    };
    const own = principal?.account.id;
    return Promise.all([
      ...(own === undefined ? [] : [sight(principal, own, { owner: own }), sight(principal, '', { notOwner: own })]),
      ...(settings.anonymous ? [sight(undefined, '')] : []),
    ]);
  }

  private async visible(repositories: readonly RepositoryRecord[]): Promise<readonly RepositoryRecord[]> {
    const decisions = await this.parts.authorizer!.decideMany(this.context, repositories.map(({ name, owner }) => this.question(this.context.principal, { name, owner }, CATALOG_ACTION)));
    const shown = await Promise.all(repositories.map(async ({ name, owner }, i) => decisions[i]!.allow || this.everybodyMay({ name, owner }, CATALOG_ACTION)));
    return repositories.filter((_repository, i) => shown[i]);
  }

  isPublic(action: OciAction): Promise<boolean> {
    return this.everybodyMay(this.subject(), action);
  }

  contentLength(): number | undefined {
    const text = this.headers['content-length'];
    if (text === undefined) return this.exchange.hasBody ? undefined : 0;
    if (!/^\d{1,15}$/.test(text)) throw ociError('SIZE_INVALID');
    return Number(text);
  }

  /** What to answer to who may not. */
  denied(action: OciAction): Error {
    return denied(this.parts.credential, this.context.principal, this.ownScopes(action));
  }

  /** Clients push with what they can pull with, so they are told of both at once; of the source of a mount too. */
  private ownScopes(action: OciAction): readonly ResourceScope[] {
    const { name } = this.subject();
    const scope = scopeOf(action);
    const actions: readonly RepositoryAction[] = scope === 'push' ? ['pull', 'push'] : [scope];
    const own: ResourceScope = { type: 'repository', name, actions };
    const from = this.target.kind === 'uploads' ? readMount(this.target.query)?.from : undefined;
    return from === undefined ? [own] : [own, { type: 'repository', name: from, actions: ['pull'] }];
  }

  private subject(): Subject {
    if (this.found) return this.found;
    const name = 'name' in this.target ? this.target.name : undefined;
    if (name === undefined) throw new Error('This route has no repository');
    return { name, owner: this.makerAccount };
  }

  /** The ceiling of the token, then the policies; whoever comes may do what everybody may. */
  private async decide(subject: Subject, action: OciAction, ceiling: 'token' | 'live', tag?: string): Promise<boolean> {
    const { scopes } = this.parts.credential;
    if (scopes && ceiling === 'token' && !scopesAllow(scopes, subject.name, scopeOf(action))) return this.everybodyMay(subject, action, tag);
    const { allow } = await this.ask(this.context.principal, subject, action, tag);
    return allow || (this.context.principal !== undefined && this.everybodyMay(subject, action, tag));
  }

  private async everybodyMay(subject: Subject, action: OciAction, tag?: string): Promise<boolean> {
    return this.parts.settings.anonymous !== undefined && (await this.ask(undefined, subject, action, tag)).allow;
  }

  private async ask(principal: Principal | undefined, subject: Subject, action: OciAction, tag?: string): Promise<Decision> {
    const { authorizer } = this.parts;
    if (!authorizer) return { allow: false, reason: 'no authorizer is loaded' };
    const question = this.question(principal, subject, action, tag);
    const decision = await authorizer.decide(this.context, question);
    this.exchange.asked = { action, resource: question.resource, decision };
    return decision;
  }

  private question(principal: Principal | undefined, { name, owner }: Subject, action: OciAction, tag?: string): Question {
    const { settings, registry } = this.parts;
    const request = {
      headers: this.headers,
      address: this.context.address,
      secure: this.exchange.secure,
      region: settings.region,
      now: registry.clock.now(),
    };
    return {
      principal,
      action,
      resource: { type: 'repository', repository: name, ownerAccount: owner, settings: settings.anonymous },
      attributes: (key) => (key === 'oci:tag' ? tag : Object.hasOwn(GLOBAL_KEYS, key) ? GLOBAL_KEYS[key]!(request) : undefined),
    };
  }
}

import type { Authenticator, Authorizer } from '@zas/plugin-api';
import type { ArtifactRegistry, PullRecorder } from '@zas/artifact-registry';
import { createRepository } from '@zas/artifact-registry';
import type { ErrorSubject, OciTarget } from '@zas/oci-protocol';
import { API_VERSION, ERRORS_CONTENT_TYPE, OCI_HEADERS, ociError, formatBearerChallenge, parseTarget, renderErrors, toOciErrors } from '@zas/oci-protocol';
import type { Answer } from '../http/answer.js';
import type { Door } from '../http/door.js';
import type { Exchange } from '../http/exchange.js';
import { BadCredential, authenticateOci } from './authenticate-oci.js';
import { TokenNeeded, checkKnown } from './denial.js';
import type { OciCallSettings } from './oci-caller.js';
import { OciCaller } from './oci-caller.js';
import type { OciRoute } from './oci-route.js';
import { findRoute } from './oci.routes.js';
import { tokenRealm } from './token/token-realm.js';
import type { TokenService } from './token/token-service.js';
import { TOKEN_SERVICE } from './token/token-service.js';

export interface OciDoorParts {
  readonly registry: ArtifactRegistry;
  readonly pulls: PullRecorder;
  readonly authenticators: readonly Authenticator[];
  readonly authorizer: Authorizer | undefined;
  readonly tokens: TokenService;
  readonly settings: OciCallSettings;
  readonly publicUrl: string | undefined;
}

/** The OCI distribution protocol: target, route, authentication, repository, base permission, operation. */
export class OciDoor implements Door {
  readonly name = 'oci';
  /** What the errors of a request name, as far as it was read. */
  private readonly targets = new WeakMap<Exchange, OciTarget>();

  constructor(private readonly parts: OciDoorParts) {}

  async handle(exchange: Exchange): Promise<Answer> {
    const { registry, pulls, authenticators, authorizer, tokens, settings } = this.parts;
    const { request, context } = exchange;
    const method = request.method ?? 'GET';
    const target = parseTarget({ method, rawUrl: exchange.url });
    this.targets.set(exchange, target);
    const route = findRoute(method, target);
    exchange.operation = route.name;
    const credential = await authenticateOci(tokens, authenticators, context, exchange);
    exchange.admitPrincipal();
    checkKnown(route.on, credential);
    const call = new OciCaller({ exchange, registry, pulls, authorizer, settings, target, credential });
    if ('name' in target && target.name !== undefined) await this.findRepository(call, route, target.name);
    const answer = await route.run(call);
    return { ...answer, headers: { [OCI_HEADERS.apiVersion]: API_VERSION, ...answer.headers } };
  }

  renderError(exchange: Exchange, error: unknown): Answer {
    const problem = error instanceof BadCredential ? new TokenNeeded([], error.challengeError) : error;
    const errors = toOciErrors(problem, subjectOf(this.targets.get(exchange)));
    const [first] = errors;
    const headers: Record<string, string | readonly string[]> = { [OCI_HEADERS.apiVersion]: API_VERSION, ...first.headers };
    if (problem instanceof TokenNeeded) headers['www-authenticate'] = this.challenge(exchange, problem);
    if (exchange.request.method === 'HEAD') return { status: first.status, headers };
    return { status: first.status, headers: { ...headers, 'content-type': ERRORS_CONTENT_TYPE }, body: renderErrors(errors) };
  }

  /** The base permission is asked for what is not there too: who may not learns nothing. */
  private async findRepository(call: OciCaller, { action, absent }: OciRoute, name: string): Promise<void> {
    const { registry } = this.parts;
    const { target } = call;
    const tag = target.kind === 'manifest' && target.reference.kind === 'tag' ? target.reference.tag : undefined;
    call.found = await registry.metadata.repositories.find(call.context, name);
    if (action === undefined) return;
    await call.authorize(action, tag);
    if (call.found || absent === 'empty') return;
    if (absent === 'unknown') throw ociError('NAME_UNKNOWN', { detail: { name } });
    await call.authorize('oci:CreateRepository');
    call.found = await createRepository(registry, call.context, name, call.makerAccount);
    // Somebody else may have been faster, for an account of his own.
    await call.authorize(action, tag);
  }

  private challenge(exchange: Exchange, { scopes, challengeError }: TokenNeeded): string {
    return formatBearerChallenge({ realm: tokenRealm(this.parts.publicUrl, exchange), service: TOKEN_SERVICE, scopes, error: challengeError });
  }
}

function subjectOf(target: OciTarget | undefined): ErrorSubject {
  if (!target) return {};
  const name = 'name' in target ? target.name : undefined;
  switch (target.kind) {
    case 'manifest':
      return target.reference.kind === 'tag' ? { name, tag: target.reference.tag } : { name, digest: target.reference.digest };
    case 'blob':
      return { name, digest: target.digest };
    case 'upload':
      return { name, uploadId: target.uploadId };
    default:
      return { name };
  }
}

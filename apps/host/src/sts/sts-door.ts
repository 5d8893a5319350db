import crypto from 'node:crypto';
import type { AttributeSource, Clock, Credentials, RoleRequest, SecurityTokens, SessionRequest } from '@zas/plugin-api';
import { SigningKeyCache, element, readSignature, verifySignature } from '@zas/s3-protocol';
import type { RequestContext } from '@zas/observability';
import type { Answer } from '../http/answer.js';
import type { Door } from '../http/door.js';
import type { Exchange } from '../http/exchange.js';
import { globalAttributes } from '../http/global-attributes.js';
import { secondsToWait } from '../http/rate-limits.js';
import { findCredential } from '../s3/authenticate-s3.js';
import { assumedRoleElement, credentialsElement, renderAnswer, renderStsError, webIdentityElements } from './sts-answers.js';
import { StsError, toStsError } from './sts-error.js';
import { StsForm } from './sts-form.js';

export interface StsDoorParts {
  readonly tokens: SecurityTokens;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly region: string;
}

const BODY_BYTES = 64 * 1024;
const SIGNING_KEYS = 1_000;
/** Clients of the global endpoint sign for this one whatever they are set to. */
const GLOBAL_REGION = 'us-east-1';

type Action = (tokens: SecurityTokens, context: RequestContext, form: StsForm, attributes: AttributeSource) => Promise<string>;

/** Actions of which only the bearer of a token is asked for a signature by its issuer. */
export const UNSIGNED_ACTIONS: ReadonlySet<string> = new Set(['AssumeRoleWithWebIdentity']);

/** All that there are; each answers the content of its result. */
export const STS_ACTIONS = {
  AssumeRole: async (tokens, context, form, attributes) => {
    const made = await tokens.assumeRole(context, { ...roleRequest(form), attributes, externalId: form.optional('ExternalId') });
    return credentialsElement(made) + assumedRoleElement(made);
  },
  AssumeRoleWithWebIdentity: async (tokens, context, form, attributes) => {
    if (form.optional('ProviderId') !== undefined) throw new StsError('ValidationError', 400, 'ProviderId is for OAuth 2.0 access tokens, which are not taken');
    const made = await tokens.assumeRoleWithWebIdentity(context, form.required('WebIdentityToken'), { ...roleRequest(form), attributes });
    return credentialsElement(made) + assumedRoleElement(made) + webIdentityElements(made.identity);
  },
  GetSessionToken: async (tokens, context, form) => credentialsElement(await tokens.getSessionToken(context, sessionRequest(form, context.principal?.account.id))),
  GetCallerIdentity: async (tokens, context) => {
    const { arn, userId, account } = await tokens.describe(context);
    return element('Arn', arn) + element('UserId', userId) + element('Account', account);
  },
} as const satisfies Readonly<Record<string, Action>>;

export type StsActionName = keyof typeof STS_ACTIONS;

/** AWS's Security Token Service: `POST /` with an `Action` (API reference, version 2011-06-15). */
export class StsDoor implements Door {
  readonly name = 'sts';
  private readonly keyCache = new SigningKeyCache(SIGNING_KEYS);

  constructor(private readonly parts: StsDoorParts) {}

  async handle(exchange: Exchange): Promise<Answer> {
    const { context } = exchange;
    exchange.operation = 'sts:unknown';
    const body = await readBody(exchange);
    const signed = await this.authenticate(exchange, body);
    exchange.admitPrincipal();
    const form = new StsForm(body.toString('utf8'));
    const { action } = form;
    if (!isAction(action)) throw new StsError('InvalidAction', 400, 'There is no such action');
    const run: Action = STS_ACTIONS[action];
    exchange.operation = `sts:${action}`;
    if (!signed && !UNSIGNED_ACTIONS.has(action)) throw new StsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
    const attributes = globalAttributes(exchange, { region: this.parts.region, now: this.parts.clock.now() });
    return xml(200, renderAnswer(action, await run(this.parts.tokens, context, form, attributes), context.requestId));
  }

  renderError(exchange: Exchange, error: unknown): Answer {
    const rendered = toStsError(error);
    const answer = xml(rendered.status, renderStsError(rendered, exchange.context.requestId));
    return { ...answer, headers: { ...answer.headers, 'retry-after': secondsToWait(error) } };
  }

  /** @returns whether there was a signature. Throws `S3Error` for one that is not good. */
  private async authenticate({ request, context, url }: Exchange, body: Buffer): Promise<boolean> {
    const sha256 = crypto.hash('sha256', body);
    const stated = request.headers['x-amz-content-sha256'] ?? sha256;
    // The digest is signed whether it is sent or not, and it has to be this body's.
    if (stated !== sha256) throw new StsError('SignatureDoesNotMatch', 403, 'The digest is not that of the body');
    const [rawPath = '/', rawQuery = ''] = url.split('?', 2);
    const headers = { ...request.headers, 'x-amz-content-sha256': sha256 };
    const view = { method: 'POST', rawPath, rawQuery, headers, rawHeaders: request.rawHeaders };
    const signature = readSignature(view);
    if (signature === undefined) return false;
    if (signature.form !== 'header') throw new StsError('IncompleteSignature', 400, 'The signature belongs in the Authorization header');
    const { credentials, clock, region } = this.parts;
    const credential = await findCredential({ credentials, clock }, context, signature.accessKeyId, signature.sessionToken);
    const named = signature.scope.region === GLOBAL_REGION ? GLOBAL_REGION : region;
    verifySignature(view, signature, credential.secret, { now: clock.now(), region: named, service: 'sts', keyCache: this.keyCache });
    context.principal = credential.principal;
    return true;
  }
}

function isAction(name: string): name is StsActionName {
  return Object.hasOwn(STS_ACTIONS, name);
}

function sessionRequest(form: StsForm, account: string | undefined): SessionRequest {
  return { durationSeconds: form.durationSeconds, policy: form.optional('Policy'), policyNames: form.policyNames(account) };
}

function roleRequest(form: StsForm): RoleRequest {
  const roleArn = form.required('RoleArn');
  const account = /^arn:aws:iam::(\d{12}):/.exec(roleArn)?.[1];
  return { ...sessionRequest(form, account), roleArn, sessionName: form.required('RoleSessionName') };
}

async function readBody(exchange: Exchange): Promise<Buffer> {
  const type = String(exchange.request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new StsError('InvalidAction', 400, 'A form is wanted');
  const pieces: Buffer[] = [];
  for await (const piece of exchange.body()) {
    pieces.push(piece);
    if (exchange.bytesIn > BODY_BYTES) throw new StsError('ValidationError', 413, 'The form is too large');
  }
  return Buffer.concat(pieces);
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml', 'cache-control': 'no-store' }, body };
}

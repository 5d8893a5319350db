import { StoreError, type AttributeSource, type CallContext, type Explanation, type HttpRoute, type Principal, type Question } from '@zas/plugin-api';
import { z } from 'zod';
import type { Overlay } from '../directory/stored-policies.js';
import { userIdOf } from '../directory/stored-policies.js';
import type { AccessParts } from './access-parts.js';
import { allPrincipals, principalOf } from './principals.js';
import { resourceOfArn } from './resource-of-arn.js';
import { accessResource, accountOf, accountQuery, name, names, policyDocument, requirePolicy } from './shapes.js';

const action = z.string().regex(/^[a-z0-9-]{1,32}:[A-Za-z0-9]{1,64}$/, 'expected an action such as s3:GetObject');
const resource = z.string().min(1).max(2_048).describe('ARN, such as arn:aws:s3:::bucket/key or arn:zas:oci:::team/app');
const principalId = z.string().min(1).max(400).describe('Principal id, name of a user, or role:NAME; `anonymous`: nobody');
const attributes = z
  .record(z.string().min(1).max(256), z.union([z.string().max(2_048), z.array(z.string().max(2_048)).max(100)]))
  .refine((record) => Object.keys(record).length <= 100, 'at most 100 attributes')
  .describe('What the request would say, by condition key, such as aws:SourceIp');

const question = z
  .strictObject({ principal: principalId.optional().describe('Absent: the caller'), action, resource, attributes: attributes.optional() })
  .meta({ examples: [{ action: 's3:GetObject', resource: 'arn:aws:s3:::photos/cat.jpg', attributes: { 'aws:SourceIp': '192.0.2.1' } }] });

const answerShape = z.object({
  allowed: z.boolean(),
  reason: z.string(),
  decidedBy: z.object({ policy: z.string().optional(), statement: z.string(), effect: z.enum(['Allow', 'Deny']) }).optional().describe('The statement that decided'),
  missing: z.string().optional().describe('On deny: what would have to allow it'),
  steps: z.array(z.string()).describe('Rules that were looked at, in order'),
});

const whatIf = z.strictObject({
  principal: principalId,
  action,
  resource,
  attributes: attributes.optional(),
  policies: z
    .record(name, policyDocument.nullable())
    .refine((record) => Object.keys(record).length <= 20, 'at most 20 policies')
    .optional()
    .describe('Policies as they would be, by name; null: gone'),
  user: z
    .strictObject({ roles: names.optional(), groups: names.optional(), policies: names.optional(), boundary: name.nullable().optional(), enabled: z.boolean().optional() })
    .optional()
    .describe('What would stand with the user'),
}).meta({ examples: [{ principal: 'ann', action: 'oci:PutManifest', resource: 'arn:zas:oci:::team/app', user: { roles: ['write'] } }] });

const who = z.strictObject({
  ...accountQuery,
  action: action.describe('Action, such as s3:GetObject'),
  resource: resource.describe('ARN of what it is done to'),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000).describe('Principals of the answer at most'),
});
const whoShape = z.object({
  principals: z.array(z.object({ principal: z.string(), answer: z.enum(['yes', 'conditional']) })).describe('`conditional`: conditions, or the object, decide'),
  truncated: z.boolean(),
});

/** Questions about access: what would be decided, and why. */
export function decisionRoutes(parts: AccessParts): readonly HttpRoute[] {
  const { authorizer, source } = parts;
  const queryInput = z.strictObject(accountQuery);
  return [
    {
      method: 'POST',
      path: '/authorize',
      permission: 'signed-in',
      body: 'json',
      input: question,
      queryInput,
      output: answerShape,
      summary: 'Decide; about others than oneself with rbac:ExplainAccess',
      operationId: 'authorize',
      handle: async (context, { body, query }) => {
        const { principal: asked, ...rest } = body as z.output<typeof question>;
        const subject = asked === undefined ? context.principal : await another(parts, context, accountOf(context, query), asked);
        const asking = await asQuestion(parts, context, accountOf(context, query), subject, rest);
        const answer = shown(await authorizer.explain(context, asking));
        return { status: 200, body: mayKnowWhy(context, asking) ? answer : plain(answer.allowed) };
      },
    },
    {
      method: 'POST',
      path: '/simulate',
      permission: 'rbac:Simulate',
      resource: accessResource('policy'),
      body: 'json',
      input: whatIf,
      queryInput,
      output: answerShape,
      summary: 'Decide with changed policies or assignments; nothing is stored',
      operationId: 'simulate',
      handle: async (context, { body, query }) => {
        const { principal: asked, policies = {}, user, ...rest } = body as z.output<typeof whatIf>;
        const account = accountOf(context, query);
        for (const document of Object.values(policies)) if (document !== null) requirePolicy(document);
        const subject = await another(parts, context, account, asked);
        if (subject === undefined) throw new StoreError('invalid-argument', 'Nobody has no policies that could change');
        const overlay: Overlay = { policies: new Map(Object.entries(policies)), user: user && (await planned(parts, context, account, subject, user)) };
        const own = await source.read(context, subject, overlay);
        const asking = await asQuestion(parts, context, accountOf(context, query), subject, rest);
        const answer = shown(authorizer.explainWith(own, asking));
        return { status: 200, body: mayKnowWhy(context, asking) ? answer : plain(answer.allowed) };
      },
    },
    {
      method: 'GET',
      path: '/who-can',
      permission: 'rbac:WhoCan',
      resource: accessResource('user'),
      body: 'none',
      queryInput: who,
      output: whoShape,
      summary: 'Who of the account may do something; roles stand for whoever takes them on',
      operationId: 'whoCan',
      handle: async (context, { query }) => {
        const { limit, ...rest } = query as z.output<typeof who>;
        const asked = await asQuestion(parts, context, accountOf(context, query), undefined, rest);
        const found: { principal: string; answer: 'yes' | 'conditional' }[] = [];
        const anonymous = authorizer.couldAllow({ policies: [] }, undefined, asked);
        if (anonymous !== 'no') found.push({ principal: 'anonymous', answer: anonymous });
        let truncated = false;
        for await (const { name: principal, principal: subject } of allPrincipals(parts, context, accountOf(context, query))) {
          const answer = authorizer.couldAllow(await source.of(context, subject), subject, asked);
          if (answer === 'no') continue;
          truncated = found.length >= limit;
          if (truncated) break;
          found.push({ principal, answer });
        }
        return { status: 200, body: { principals: found, truncated } };
      },
    },
  ];
}

/** What rules stand on things of other accounts, and whether they are there, is not told to everybody who asks. */
function mayKnowWhy({ principal }: CallContext, { resource }: Question): boolean {
  const owner = 'ownerAccount' in resource ? resource.ownerAccount : resource.type === 'access' ? resource.account : principal?.account.id;
  return principal?.serverRoot === true || owner === principal?.account.id;
}

const plain = (allowed: boolean): z.output<typeof answerShape> => ({ allowed, reason: allowed ? 'allowed' : 'not allowed', steps: [] });

/** Throws `access-denied` unless the caller may know. */
async function another(parts: AccessParts, context: CallContext, account: string, id: string): Promise<Principal | undefined> {
  const { allow, reason } = await parts.authorizer.decide(context, {
    principal: context.principal,
    action: 'rbac:ExplainAccess',
    resource: { type: 'access', account, kind: 'user', name: userIdOf({ id }) },
  });
  if (!allow && id !== context.principal?.id) throw new StoreError('access-denied', reason);
  if (id === 'anonymous') return undefined;
  return id === context.principal?.id ? context.principal : principalOf(parts, context, account, id);
}

async function planned(
  parts: AccessParts,
  context: CallContext,
  account: string,
  subject: Principal,
  { boundary, ...change }: NonNullable<z.output<typeof whatIf>['user']>,
): Promise<Overlay['user']> {
  const id = userIdOf(subject);
  const present = (await parts.store.findOwned(context, 'users', account, id))?.record;
  const { boundary: old, ...user } = present ?? { id, displayName: id, enabled: true, roles: [], groups: [], policies: [], createdAt: 0, boundary: undefined };
  const cap = boundary === undefined ? old : (boundary ?? undefined);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...user, ...given, ...(cap === undefined ? {} : { boundary: cap }) };
}

async function asQuestion(
  parts: AccessParts,
  context: CallContext,
  home: string,
  principal: Principal | undefined,
  { action, resource, attributes }: { readonly action: string; readonly resource: string; readonly attributes?: z.output<typeof question>['attributes'] },
): Promise<Question> {
  const given = new Map(Object.entries(attributes ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  const source: AttributeSource = (key) => given.get(key);
  return { principal, action, resource: await resourceOfArn(parts.resources, context, resource, home), attributes: source };
}

function shown({ allow, reason, steps, decidedBy, missing }: Explanation): z.output<typeof answerShape> {
  return { allowed: allow, reason, steps: [...steps], ...(decidedBy && { decidedBy }), ...(missing === undefined ? {} : { missing }) };
}

import type { CallContext, Clock, HttpRoute, HttpRouteResponse } from '@zas/plugin-api';
import { StoreError, deriveAccountId } from '@zas/plugin-api';
import { z } from 'zod';
import type { AuditDocuments } from './audit-documents.js';
import type { AuditSigner } from './audit-signer.js';
import { type AuditQuery, queryTrail } from './query-trail.js';
import { verifyTrail } from './verify-trail.js';

const PERMISSION = 'rbac:ReadAudit';
const ROOT_ACCOUNT = deriveAccountId('root');

export interface AuditRoutesParts {
  readonly documents: AuditDocuments;
  readonly signer: AuditSigner;
  readonly clock: Clock;
}

const number = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
/** Milliseconds since the epoch, or a date and time. */
const time = z.union([z.string().regex(/^\d{1,15}$/).transform(Number), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))], {
  error: 'expected a date and time such as 2026-11-27T14:00:00Z, or milliseconds since the epoch',
});
const text = z.string().min(1).max(2_048);

const filters = {
  from: time.optional().describe('Not before then: RFC 3339, or milliseconds since the epoch'),
  to: time.optional().describe('Before then'),
  principal: text.optional().describe('Whose doing'),
  resource: text.optional().describe('What it was done to'),
  action: text.optional().describe('What was done'),
  requestId: text.optional().describe('Of one request'),
  outcome: z.enum(['allowed', 'denied', 'failed']).optional().describe('How it ended'),
  kind: z.enum(['change', 'denial', 'login', 'read']).optional().describe('Kind of record'),
  order: z.enum(['newest', 'oldest']).default('newest').describe('Which come first'),
  cursor: z.string().min(1).max(200).optional().describe('Where the page before ended'),
};
const listInput = z.strictObject({ ...filters, limit: number(1, 1_000).default(100).describe('Records of the page at most') });
const exportInput = z.strictObject({ ...filters, order: filters.order.unwrap().default('oldest').describe('Which come first'), limit: number(1, 10_000).default(10_000).describe('Records at most') });
const verifyInput = z.strictObject({ limit: number(1, 5_000).default(500).describe('Records that are looked at'), cursor: z.string().min(1).max(8_192).optional().describe('Where the stretch before ended') });

const record = z.object({
  chain: z.string(),
  seq: z.number(),
  at: z.number(),
  kind: filters.kind.unwrap(),
  outcome: filters.outcome.unwrap(),
  action: z.string(),
  resource: z.string(),
  reason: z.string().optional(),
  status: z.number().optional(),
  principal: z.string().optional(),
  credentialId: z.string().optional(),
  account: z.string().optional(),
  address: z.string().optional(),
  requestId: z.string(),
  count: z.number().optional(),
  until: z.number().optional(),
  position: z.string().optional(),
});
const listOutput = z.object({ records: z.array(record), cursor: z.string().optional() });
const verifyOutput = z.object({ good: z.boolean(), problems: z.array(z.string()), segments: z.number(), checkpoints: z.number(), cursor: z.string().optional() });

/** Reading and verifying the audit trail, below the plugin's prefix. */
export function auditRoutes({ documents, signer, clock }: AuditRoutesParts): readonly HttpRoute[] {
  const common = { method: 'GET', permission: PERMISSION, body: 'none', resource: (context: CallContext) => trailOf(context) } as const;
  const find = (context: CallContext, query: Omit<AuditQuery, 'now' | 'account'>) => queryTrail(context, documents, { ...query, account: accountSeenBy(context), now: clock.now() });
  return [
    {
      ...common,
      path: '/audit',
      operationId: 'listAuditRecords',
      queryInput: listInput,
      output: listOutput,
      summary: 'Audit records, in the order of writing; of all accounts for the server\'s own account, else of the caller\'s',
      handle: async (context, { query }) => {
        const { records, cursor } = await find(context, query as z.output<typeof listInput>);
        const shown = records.map(({ chain, record: { prev: _prev, opened: _opened, ...told } }) => ({ chain, ...told }));
        return { status: 200, headers: UNCACHED, body: { records: shown, cursor } };
      },
    },
    {
      ...common,
      path: '/audit/export',
      operationId: 'exportAuditRecords',
      outputType: 'application/x-ndjson',
      outputHeaders: { 'x-audit-cursor': 'Where to go on; absent at the end' },
      queryInput: exportInput,
      summary: 'Audit records as they are stored, one JSON document a line; while there are more, x-audit-cursor says where to go on',
      handle: async (context, { query }): Promise<HttpRouteResponse> => {
        const { records, cursor } = await find(context, query as z.output<typeof exportInput>);
        const lines = records.map(({ chain, line }) => `{"chain":${JSON.stringify(chain)},${line.slice(1)}\n`);
        return { status: 200, headers: { ...UNCACHED, 'content-type': 'application/x-ndjson', ...(cursor && { 'x-audit-cursor': cursor }) }, body: lines.join('') };
      },
    },
    {
      ...common,
      path: '/audit/verify',
      operationId: 'verifyAuditTrail',
      queryInput: verifyInput,
      output: verifyOutput,
      summary: 'Whether the audit trail is as it was written, a stretch at a time; problems name chain and record',
      handle: async (context, { query }) => {
        if (accountSeenBy(context) !== undefined) throw new StoreError('access-denied', 'The trail is one for all accounts: it is verified from the server\'s own');
        const { problems, ...counts } = await verifyTrail(context, documents, signer, { ...(query as z.output<typeof verifyInput>), now: clock.now() });
        return { status: 200, headers: UNCACHED, body: { good: problems.length === 0, problems, ...counts } };
      },
    },
  ];
}

const UNCACHED = { 'cache-control': 'no-store' };

/** `undefined`: all accounts. */
function accountSeenBy({ principal }: CallContext): string | undefined {
  if (principal === undefined) throw new StoreError('unauthenticated', 'A credential is needed');
  return principal.serverRoot || principal.account.id === ROOT_ACCOUNT ? undefined : principal.account.id;
}

function trailOf({ principal }: CallContext) {
  return { type: 'access', account: principal?.account.id ?? ROOT_ACCOUNT, kind: 'audit', name: '*' } as const;
}

import type { CallContext, Resource } from '@zas/plugin-api';
import { deriveAccountId, StoreError } from '@zas/plugin-api';
import { z } from 'zod';
import { compileIdentityPolicy } from '../identity-policies.js';

const MOST_CHARACTERS = 20_480;

/** What comes in and goes out, the same for all routes. */
export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@+=-]{0,127}$/, 'expected 1 to 128 letters, digits and . _ @ + = -, beginning with a letter or digit');

/** Of a stored user; with a colon of a principal that comes from elsewhere, as `keycloak:alice`. */
export const userName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@+=-]{0,127}(:[^\s/\p{Cc}]{1,256})?$/u, 'expected a name, or issuer:subject')
  .refine((id) => !/^local:/.test(id), 'stored users are named without "local:"')
  .refine((id) => id !== 'config:root', 'the root of the server is not a user');

export const description = z.string().max(1_000);
export const names = z.array(name).max(100).refine((list) => new Set(list).size === list.length, 'a name stands there twice');
/** Milliseconds since the epoch are RFC 3339 texts outside. */
export const time = z.iso.datetime();

const document = z.union([z.string().max(MOST_CHARACTERS), z.record(z.string(), z.unknown())], { error: 'expected a policy document or its JSON' });

/** A document of the policy language, as JSON text or as what JSON makes of it. Comes out as text. */
export const policyDocument = document
  .transform((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  .refine((text) => text.length <= MOST_CHARACTERS, `expected at most ${MOST_CHARACTERS} characters`);

/** Throws `invalid-argument` with the reason. */
export function requirePolicy(text: string): string {
  const { problem } = compileIdentityPolicy(text);
  if (problem !== undefined) throw new StoreError('invalid-argument', problem);
  return text;
}

export const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Which account a request is about: the caller's, unless it names another. */
export const accountQuery = { account: z.string().regex(/^\d{12}$/, 'expected 12 digits').optional().describe('Account; absent: the caller’s') };

export const pageQuery = {
  ...accountQuery,
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('Entries of the page at most'),
  cursor: z.string().max(1_024).optional().describe('`nextCursor` of the page before'),
};

export interface AccountQuery {
  readonly account?: string;
}

export interface PageQueryInput extends AccountQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/** Of who asks without an account of his own: the server root's. */
export function accountOf(context: CallContext, query: Readonly<Record<string, unknown>>): string {
  const { account } = query as AccountQuery;
  return account ?? context.principal?.account.id ?? deriveAccountId('root');
}

export function cursorOf(id: string): string {
  return Buffer.from(id, 'utf8').toString('base64url');
}

/** Throws `invalid-argument` for what is none. */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  if (!/^[A-Za-z0-9_-]+$/.test(cursor)) throw new StoreError('invalid-argument', 'The cursor is not one of ours');
  return Buffer.from(cursor, 'base64url').toString('utf8');
}

type Kind = Extract<Resource, { type: 'access' }>['kind'];

/** The resource that a route is about: the one named in its path, or all of the kind. */
export function accessResource(kind: Kind, parameter?: string) {
  return (context: CallContext, { params, query }: { readonly params: Readonly<Record<string, string>>; readonly query: Readonly<Record<string, unknown>> }): Resource => ({
    type: 'access',
    account: accountOf(context, query),
    kind,
    name: parameter === undefined ? '*' : (params[parameter] ?? '*'),
  });
}

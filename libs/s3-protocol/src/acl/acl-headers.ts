import type { IncomingHttpHeaders } from 'node:http';
import type { AclPermission } from '@zas/plugin-api';
import { invalidArgument, s3Error } from '../errors/s3-error.js';
import { headerValue } from '../headers/header-value.js';
import type { CannedAcl } from './canned-acl.js';
import { CANNED_ACLS } from './canned-acl.js';
import type { WireGrant, WireGrantee } from './wire-grant.js';
import { MAX_GRANTS, groupOfUri } from './wire-grant.js';

/** What the headers of a request say about the ACL of what it makes or changes. */
export type AclRequest =
  | { readonly kind: 'canned'; readonly name: CannedAcl }
  | { readonly kind: 'grants'; readonly grants: readonly WireGrant[] };

const GRANT_HEADERS: readonly (readonly [header: string, permission: AclPermission])[] = [
  ['x-amz-grant-full-control', 'FULL_CONTROL'],
  ['x-amz-grant-read', 'READ'],
  ['x-amz-grant-read-acp', 'READ_ACP'],
  ['x-amz-grant-write', 'WRITE'],
  ['x-amz-grant-write-acp', 'WRITE_ACP'],
];

/**
 * Reads `x-amz-acl` and `x-amz-grant-*` (S3 User Guide, "Access control list (ACL)
 * overview").
 * @returns `undefined` when there are none
 * @throws S3Error `InvalidRequest` for both, or for more than 100 grants; `InvalidArgument`
 *   for an ACL or group that AWS does not know, and for what is no list of `type="value"`
 */
export function readAclHeaders(headers: IncomingHttpHeaders): AclRequest | undefined {
  const canned = headerValue(headers, 'x-amz-acl');
  const grants: WireGrant[] = [];
  let granting = false;
  for (const [header, permission] of GRANT_HEADERS) {
    const value = headers[header];
    if (value === undefined) continue;
    if (canned !== undefined) {
      throw s3Error('InvalidRequest', { message: 'Specifying both Canned ACLs and Header Grants is not allowed' });
    }
    granting = true;
    const text = typeof value === 'string' ? value : value.join(',');
    for (const grantee of readGrantees(text, header)) grants.push({ grantee, permission });
  }
  if (grants.length > MAX_GRANTS) {
    throw s3Error('InvalidRequest', { message: `An ACL can have at most ${MAX_GRANTS} grants.` });
  }
  if (granting) return { kind: 'grants', grants };
  return canned === undefined ? undefined : { kind: 'canned', name: readCannedAcl(canned) };
}

/** @throws S3Error `InvalidArgument` */
function readCannedAcl(text: string): CannedAcl {
  const name = CANNED_ACLS.find((word) => word === text);
  // AWS has no message for it.
  if (name === undefined) throw invalidArgument('', 'x-amz-acl', text);
  return name;
}

/** Cuts `type="value", type=value` by hand: a pattern would go back and forth over long runs of spaces. */
function readGrantees(text: string, header: string): readonly WireGrantee[] {
  const grantees: WireGrantee[] = [];
  let at = 0;
  do {
    const equals = text.indexOf('=', at);
    if (equals < 0) throw unrecognised(header, text);
    const type = text.slice(at, equals).trim();
    const { value, end } = readValue(text, equals + 1, header);
    grantees.push(toGrantee(type, value, header, text));
    at = end;
  } while (at <= text.length);
  return grantees;
}

/** @returns the value and where the next grantee begins; beyond the end of the text when there is none */
function readValue(text: string, from: number, header: string): { value: string; end: number } {
  let start = from;
  while (text[start] === ' ' || text[start] === '\t') start++;
  if (text[start] !== '"') {
    const comma = text.indexOf(',', start);
    const stop = comma < 0 ? text.length : comma;
    const value = text.slice(start, stop).trim();
    if (value.includes('"')) throw unrecognised(header, text);
    return { value, end: stop + 1 };
  }
  const quote = text.indexOf('"', start + 1);
  const comma = text.indexOf(',', Math.max(quote, start));
  const stop = comma < 0 ? text.length : comma;
  if (quote < 0 || text.slice(quote + 1, stop).trim() !== '') throw unrecognised(header, text);
  return { value: text.slice(start + 1, quote), end: stop + 1 };
}

function toGrantee(type: string, value: string, header: string, text: string): WireGrantee {
  if (value === '') throw unrecognised(header, text);
  switch (type.toLowerCase()) {
    case 'id':
      return { kind: 'canonical', id: value };
    case 'emailaddress':
      return { kind: 'email', email: value };
    case 'uri':
      return { kind: 'group', group: groupOfUri(value, 'header') };
    default:
      throw unrecognised(header, text);
  }
}

function unrecognised(header: string, text: string): Error {
  return invalidArgument('Argument format not recognized', header, text);
}

import { hash } from 'node:crypto';
import { trimHeader } from '../headers/header-value.js';
import { percentNormalise } from '../target/percent.js';
import type { CredentialScope, SignedRequestView } from './request.js';
import { scopeText } from './request.js';

const PATH = { keepSlash: true, plusIsSpace: false };
const SEGMENTS = { keepSlash: false, plusIsSpace: false };
const QUERY = { keepSlash: false, plusIsSpace: true };

/** S3 encodes a path once, does not normalise it, and takes `%2F` for a slash. */
export function canonicalPath(rawPath: string): string {
  return percentNormalise(rawPath, PATH);
}

/** As {@link canonicalPath}, but `%2F` stays: what clients sign that take it for a part of a segment. */
export function canonicalPathBySegment(rawPath: string): string {
  return rawPath
    .split('/')
    .map((segment) => percentNormalise(segment, SEGMENTS))
    .join('/');
}

/**
 * Names and values encoded and sorted by their encoded form.
 * @param leaveOut a decoded name that is not signed
 */
export function canonicalQuery(rawQuery: string, leaveOut?: string): string {
  if (rawQuery === '') return '';
  const pairs: { name: string; value: string }[] = [];
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = percentNormalise(equals < 0 ? pair : pair.slice(0, equals), QUERY);
    if (name === leaveOut) continue;
    pairs.push({ name, value: equals < 0 ? '' : percentNormalise(pair.slice(equals + 1), QUERY) });
  }
  if (pairs.length > 1) {
    pairs.sort((a, b) =>
      a.name < b.name ? -1 : a.name > b.name ? 1 : a.value < b.value ? -1 : a.value > b.value ? 1 : 0,
    );
  }
  let text = '';
  for (const { name, value } of pairs) text += `${text === '' ? '' : '&'}${name}=${value}`;
  return text;
}

/** Trimmed, runs of spaces folded into one. */
function foldSpaces(value: string): string {
  const trimmed = trimHeader(value);
  return trimmed.includes('  ') ? trimmed.replace(/ +/g, ' ') : trimmed;
}

function headerValue(request: SignedRequestView, name: string): string {
  const value = request.headers[name];
  if (value === undefined) return '';
  if (typeof value !== 'string') return value.map(foldSpaces).join(',');
  // Node joins repeated headers with a comma and a space; signatures have the comma only.
  if (request.rawHeaders !== undefined && value.includes(', ')) {
    const values: string[] = [];
    for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
      if (request.rawHeaders[i]?.toLowerCase() === name) values.push(foldSpaces(request.rawHeaders[i + 1] ?? ''));
    }
    if (values.length > 1 && values.join(', ') === foldSpaces(value)) return values.join(',');
  }
  return foldSpaces(value);
}

export interface CanonicalInput {
  readonly path: string;
  readonly query: string;
  readonly signedHeaders: readonly string[];
  readonly payloadHashText: string;
}

/** The canonical request (Signature Version 4, "Create a canonical request"). */
export function canonicalRequest(request: SignedRequestView, input: CanonicalInput): string {
  let headers = '';
  for (const name of input.signedHeaders) headers += `${name}:${headerValue(request, name)}\n`;
  return `${request.method}\n${input.path}\n${input.query}\n${headers}\n${input.signedHeaders.join(';')}\n${input.payloadHashText}`;
}

/** The string to sign of a request (Signature Version 4, "Create a string to sign"). */
export function stringToSign(timestamp: string, scope: CredentialScope, canonical: string): string {
  // Header values hold one character per byte of the wire.
  const digest = hash('sha256', Buffer.from(canonical, 'latin1'), 'hex');
  return `AWS4-HMAC-SHA256\n${timestamp}\n${scopeText(scope)}\n${digest}`;
}

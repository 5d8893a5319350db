import type { CorsRule } from '@zas/plugin-api';
import { s3Error } from '../errors/s3-error.js';
import { isHeaderName } from '../headers/header-value.js';
import type { XmlElement, XmlLimits } from '../xml/parse-xml.js';
import { checkChildren, childText, leafText, parseDocument, readCount } from '../xml/read-element.js';

/** Largest document, in bytes, most rules, and the longest name of a rule (PutBucketCors, CORSRule). */
export const MAX_CORS_BYTES = 64 * 1024;
export const MAX_CORS_RULES = 100;
const MAX_ID_LENGTH = 255;

type CorsMethod = CorsRule['allowedMethods'][number];

const METHODS: readonly CorsMethod[] = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];

/**
 * Reads the body of PutBucketCors.
 * @throws S3Error `MalformedXML`, also for no rule and for a rule without origin or
 *   method; `InvalidRequest`, in AWS's words, for more than 100 rules, a method
 *   that is none of the five, more than one `*` in an origin or header, any in an
 *   exposed header, and characters that no header has; `MaxMessageLengthExceeded`
 *   beyond 64 KiB
 */
export function parseCorsConfiguration(bytes: Uint8Array, limits?: XmlLimits): readonly CorsRule[] {
  if (bytes.length > MAX_CORS_BYTES) {
    throw s3Error('MaxMessageLengthExceeded', { fields: { MaxMessageLengthBytes: String(MAX_CORS_BYTES) } });
  }
  const root = parseDocument(bytes, 'CORSConfiguration', ['CORSRule'], limits);
  if (root.children.length === 0) throw s3Error('MalformedXML');
  if (root.children.length > MAX_CORS_RULES) {
    throw invalid(`The number of CORS rules should not exceed allowed limit of ${MAX_CORS_RULES} rules.`);
  }
  return root.children.map(readRule);
}

function readRule(element: XmlElement): CorsRule {
  checkChildren(element, ['ID', 'AllowedHeader', 'AllowedMethod', 'AllowedOrigin', 'ExposeHeader', 'MaxAgeSeconds']);
  const all = (name: string): string[] =>
    element.children.filter((child) => child.name === name).map((child) => leafText(child).trim());
  const allowedOrigins = all('AllowedOrigin');
  const allowedMethods = all('AllowedMethod').map(readMethod);
  const allowedHeaders = all('AllowedHeader');
  const exposeHeaders = all('ExposeHeader');
  if (allowedOrigins.length === 0 || allowedMethods.length === 0) throw s3Error('MalformedXML');
  for (const origin of allowedOrigins) checkWildcards('AllowedOrigin', origin);
  for (const header of allowedHeaders) {
    checkWildcards('AllowedHeader', header);
    checkToken('AllowedHeader', header);
  }
  for (const header of exposeHeaders) {
    if (header.includes('*')) {
      throw invalid(`ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ExposeHeader.`);
    }
    checkToken('ExposeHeader', header);
  }
  const maxAge = childText(element, 'MaxAgeSeconds');
  return {
    id: readId(element),
    allowedOrigins,
    allowedMethods,
    allowedHeaders,
    exposeHeaders,
    maxAgeSeconds: maxAge === undefined ? undefined : readCount(maxAge),
  };
}

function readId(element: XmlElement): string | undefined {
  const id = childText(element, 'ID');
  if (id !== undefined && id.length > MAX_ID_LENGTH) {
    throw invalid(`The ID of a CORS rule should not exceed allowed limit of ${MAX_ID_LENGTH} characters.`);
  }
  return id === '' ? undefined : id;
}

function readMethod(text: string): CorsMethod {
  const method = METHODS.find((candidate) => candidate === text);
  if (method !== undefined) return method;
  throw invalid(`Found unsupported HTTP method in CORS config. Unsupported method is ${text}`);
}

function checkWildcards(name: string, text: string): void {
  if (text.indexOf('*') !== text.lastIndexOf('*')) throw invalid(`${name} "${text}" can not have more than one wildcard.`);
}

function checkToken(name: string, text: string): void {
  if (!isHeaderName(text)) throw invalid(`${name} "${text}" contains invalid character.`);
}

function invalid(message: string): Error {
  return s3Error('InvalidRequest', { message });
}

import type { AttributeSource, DefaultRetention, Retention, Tags } from '@zas/plugin-api';
import type { S3Query } from '@zas/s3-protocol';
import { S3Error, parseCopySource, parseTaggingHeader, readLockHeaders } from '@zas/s3-protocol';
import { GLOBAL_KEYS } from '../http/global-attributes.js';
import type { GlobalRequest } from '../http/global-attributes.js';

/** What only an operation knows: from a body, or about a key that is not the target's. */
export interface GivenAttributes {
  readonly tags?: Tags;
  readonly retention?: Retention | DefaultRetention;
  readonly legalHold?: boolean;
  readonly locationConstraint?: string;
  readonly versionId?: string;
  readonly prefix?: string;
}

/** The request as conditions see it. */
export interface AttributedRequest extends GlobalRequest {
  readonly query: S3Query;
  /** How it was signed; absent: not at all. */
  readonly signature?: { readonly form: 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST'; readonly version: 'AWS4-HMAC-SHA256' | 'AWS'; readonly signedAt?: number };
}

const DAY_MS = 86_400_000;

type Read = (request: AttributedRequest, given: GivenAttributes) => string | readonly string[] | undefined;

const header =
  (name: string): Read =>
  ({ headers }) => {
    const value = headers[name];
    return typeof value === 'string' || value === undefined ? value : value.join(',');
  };
const parameter =
  (name: string): Read =>
  ({ query }) =>
    query.get(name);

/** Keys that AWS documents for S3 (Service Authorization Reference, "Condition keys for Amazon S3") and the global ones a request answers. */
const KEYS: Readonly<Record<string, Read>> = {
  ...GLOBAL_KEYS,
  'aws:tagkeys': (request, given) => tagKeys(request, given),
  's3:requestobjecttagkeys': (request, given) => tagKeys(request, given),
  's3:authtype': ({ signature }) => signature?.form,
  's3:signatureversion': ({ signature }) => signature?.version,
  's3:signatureage': ({ signature, now }) => (signature?.signedAt === undefined ? undefined : String(Math.max(0, now - signature.signedAt))),
  's3:prefix': ({ query }, { prefix }) => prefix ?? query.get('prefix') ?? '',
  's3:delimiter': parameter('delimiter'),
  's3:max-keys': parameter('max-keys'),
  's3:versionid': ({ query }, { versionId }) => versionId ?? query.get('versionId'),
  's3:locationconstraint': (_request, { locationConstraint }) => locationConstraint,
  's3:if-match': header('if-match'),
  's3:if-none-match': header('if-none-match'),
  's3:x-amz-copy-source': ({ headers }) => copySource(headers['x-amz-copy-source']),
  's3:object-lock-mode': (request, given) => retentionOf(request, given)?.mode,
  's3:object-lock-retain-until-date': (request, given) => {
    const retention = retentionOf(request, given);
    return retention && 'until' in retention ? new Date(retention.until).toISOString() : undefined;
  },
  's3:object-lock-remaining-retention-days': (request, given) => remainingDays(request, retentionOf(request, given)),
  's3:object-lock-legal-hold': ({ headers }, { legalHold }) => {
    const held = legalHold ?? readLockHeaders(headers).legalHold;
    return held === undefined ? undefined : held ? 'ON' : 'OFF';
  },
};

const TAG_PREFIXES = ['s3:requestobjecttag/', 'aws:requesttag/'];
const HEADER_PREFIX = 's3:x-amz-';

/**
 * Answers condition keys about a request, each computed when it is asked for. What
 * cannot be read is not there; who acts on it refuses it then.
 */
export function requestAttributes(request: AttributedRequest, given: GivenAttributes = {}): AttributeSource {
  const read = attributesOf(request, given);
  return (key) => {
    try {
      return read(key);
    } catch (error) {
      if (error instanceof S3Error) return undefined;
      throw error;
    }
  };
}

function attributesOf(request: AttributedRequest, given: GivenAttributes): AttributeSource {
  return (key) => {
    if (Object.hasOwn(KEYS, key)) return KEYS[key]!(request, given);
    for (const prefix of TAG_PREFIXES) if (key.startsWith(prefix)) return tagValue(request, given, key.slice(prefix.length));
    return key.startsWith(HEADER_PREFIX) ? header(key.slice('s3:'.length))(request, given) : undefined;
  };
}

/** Without leading slash and encoding, which clients are free in: `bucket/key`. */
function copySource(text: string | string[] | undefined): string | undefined {
  if (text === undefined) return undefined;
  const { bucket, key } = parseCopySource(String(text));
  return `${bucket}/${key}`;
}

function tagsOf({ headers }: AttributedRequest, { tags }: GivenAttributes): Tags {
  if (tags) return tags;
  const text = headers['x-amz-tagging'];
  return text === undefined ? {} : parseTaggingHeader(String(text));
}

function tagKeys(request: AttributedRequest, given: GivenAttributes): readonly string[] | undefined {
  const keys = Object.keys(tagsOf(request, given));
  return keys.length > 0 ? keys : undefined;
}

/** Names of condition keys have no case, those behind the slash neither. */
function tagValue(request: AttributedRequest, given: GivenAttributes, wanted: string): string | undefined {
  return Object.entries(tagsOf(request, given)).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

function retentionOf({ headers }: AttributedRequest, { retention }: GivenAttributes): Retention | DefaultRetention | undefined {
  return retention ?? readLockHeaders(headers).retention;
}

function remainingDays({ now }: AttributedRequest, retention: Retention | DefaultRetention | undefined): string | undefined {
  if (!retention) return undefined;
  if ('until' in retention) return String(Math.ceil((retention.until - now) / DAY_MS));
  return String((retention.days ?? 0) + (retention.years ?? 0) * 365);
}

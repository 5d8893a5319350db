import { DIGEST } from './oci-schemas.js';
import { COUNT, FLAG, TEXT, listOf, oneOf } from '../json-schema.js';
import type { Schema } from '../json-schema.js';
import type { HeaderDocument, ParameterDocument } from '../operation-document.js';

const SHA = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const path = (schema: Schema, description: string, example: string): ParameterDocument => ({ in: 'path', schema, description, required: true, example });
const query = (schema: Schema, description: string, more: Partial<ParameterDocument> = {}): ParameterDocument => ({ in: 'query', schema, description, ...more });
const header = (schema: Schema, description: string, more: Partial<ParameterDocument> = {}): ParameterDocument => ({ in: 'header', schema, description, ...more });

const REPEATED = { style: 'form', explode: true } as const;

/** What the registry and its token endpoint read. */
export const OCI_PARAMETERS = {
  name: path({ type: 'string', maxLength: 255 }, 'Name of the repository; its slashes stand in the path as they are', 'team/app'),
  reference: path(TEXT, 'A tag or a digest', 'latest'),
  tag: path({ type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$' }, 'A tag', 'latest'),
  digest: path(DIGEST, 'A digest', SHA),
  subject: path(TEXT, 'Digest of the manifest that others refer to; it need not be there', SHA),
  upload: path({ type: 'string', pattern: '^[A-Za-z0-9_-]{1,128}$' }, 'Id of the upload', 'aVpXk3q2T0mC1r8s'),

  n: query(COUNT, 'Most entries; more than 1000 count as 1000'),
  last: query(TEXT, 'Only what stands behind this'),
  from: query(TEXT, 'Of a `Link` of the catalog: where the next page begins, sealed'),
  artifactType: query(TEXT, 'Only referrers of this type'),
  'tag.query': query(listOf(TEXT), 'With a digest as reference: a tag that is set to it, repeatable', REPEATED),
  'mount.query': query(DIGEST, 'A blob that another repository has and that is to be linked'),
  'from.mount': query(TEXT, 'Repository that has it; without it, any that the caller may read'),
  'digest.whole': query(DIGEST, 'The body is the whole blob, of this digest'),
  'digest.closing': query(DIGEST, 'Digest of the whole blob', { required: true }),
  'digest-algorithm': query(oneOf('sha256', 'sha512'), 'Algorithm of the digest that the upload will be closed with'),

  'content-range': header({ type: 'string', pattern: '^(bytes[ =])?\\d+-\\d+' }, 'Where in the blob the bytes stand', { example: '0-99' }),
  range: header(TEXT, 'One range of bytes', { example: 'bytes=0-99' }),
  'if-range': header(TEXT, 'The range only if the ETag is this one'),
  'if-match': header(TEXT, 'Only if the ETag is one of these'),
  'if-none-match': header(TEXT, 'Only if the ETag is none of these'),

  service: query(oneOf('zot-artifact-store'), 'Whom the token is for'),
  scope: query(listOf(TEXT), 'What the token is to be good for, repeatable', { ...REPEATED, example: ['repository:team/app:pull,push'] }),
  account: query(TEXT, 'Name that the client logs in with'),
  client_id: query(TEXT, 'Name that the client gives itself'),
  offline_token: query(FLAG, 'A refresh token is wanted too'),
} as const satisfies Record<string, ParameterDocument>;

export type OciParameterName = keyof typeof OCI_PARAMETERS;

/** Headers of answers. */
export const OCI_ANSWER_HEADERS = {
  'docker-distribution-api-version': { schema: oneOf('registry/2.0'), description: 'By which old clients know a registry' },
  'docker-content-digest': { schema: DIGEST, description: 'Digest of the content' },
  'docker-upload-uuid': { schema: TEXT, description: 'Id of the upload' },
  'oci-subject': { schema: TEXT, description: 'Subject of the manifest: the registry keeps referrers, the client need not' },
  'oci-tag': { schema: TEXT, description: 'Tags that were set' },
  'oci-filters-applied': { schema: oneOf('artifactType'), description: 'Filters that count in the list' },
  location: { schema: TEXT, description: 'Where it is' },
  range: { schema: { type: 'string', pattern: '^0-\\d+$' }, description: 'Bytes that the upload has; `0-0` also when it has none' },
  link: { schema: { type: 'string', pattern: '^<[^>]+>; rel="next"$' }, description: 'The next page' },
  etag: { schema: { type: 'string', pattern: '^"sha(256|512):[a-f0-9]+"$' }, description: 'The digest, in quotes' },
  'cache-control': { schema: TEXT, description: 'For ever what a digest names, never unasked what a tag names' },
  'accept-ranges': { schema: oneOf('bytes'), description: 'Ranges can be asked for' },
  'content-range': { schema: { type: 'string', pattern: '^bytes (\\d+-\\d+|\\*)/\\d+$' }, description: 'Bytes that the answer holds, of all' },
  'www-authenticate': { schema: TEXT, description: 'Where a token is to be had, and for what scope' },
  'retry-after': { schema: COUNT, description: 'Seconds to wait' },
  allow: { schema: TEXT, description: 'Methods that there are' },
} as const satisfies Record<string, HeaderDocument>;

export type OciHeaderName = keyof typeof OCI_ANSWER_HEADERS;

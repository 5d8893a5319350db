import type { OciOperationName } from '../../oci/oci.routes.js';
import type { Content } from '../operation-document.js';
import type { OciDocument } from './oci-document.js';
import type { OciSchemaName } from './oci-schemas.js';

const DIGEST = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const MANIFEST = {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: DIGEST, size: 5 },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: DIGEST, size: 5 }],
};
const MEDIA_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
] as const;
const MANIFESTS: Content<OciSchemaName> = Object.fromEntries(MEDIA_TYPES.map((type) => [type, { schema: 'Manifest' as const, ...(type === MEDIA_TYPES[0] ? { example: MANIFEST } : {}) }]));
const BYTES: Content<OciSchemaName> = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
const json = (schema: OciSchemaName, example: unknown): Content<OciSchemaName> => ({ 'application/json': { schema, example } });

const REPOSITORY = ['NAME_INVALID', 'NAME_UNKNOWN'] as const;
const CONTENT = ['docker-content-digest', 'etag', 'cache-control'] as const;
const UNCHANGED = { what: 'The client has it already', headers: CONTENT } as const;
const PROGRESS = ['location', 'range', 'docker-upload-uuid'] as const;
const STORED = { what: 'The blob is there, durably', headers: ['location', 'docker-content-digest'] } as const;
const CONDITIONS = ['if-match', 'if-none-match'] as const;
const CHUNK = [...REPOSITORY, 'BLOB_UPLOAD_UNKNOWN', 'BLOB_UPLOAD_INVALID 409', 'BLOB_UPLOAD_INVALID 413', 'RANGE_INVALID', 'SIZE_INVALID', 'SIZE_INVALID 413'] as const;

/** Total over the routing table: an endpoint without a document does not compile. */
export const OCI_DOCUMENTS: Readonly<Record<OciOperationName, OciDocument>> = {
  'oci:CheckApi': {
    path: '/v2/',
    permission: 'signed-in',
    summary: 'Whether this is a registry, and the credential good',
    answers: { 200: { what: 'It is', content: json('ApiVersion', {}) } },
  },
  'oci:ListRepositories': {
    path: '/v2/_catalog',
    permission: 'oci:DescribeRepository',
    summary: 'Repositories that the caller may see, by name',
    parameters: ['n', 'last', 'from'],
    answers: { 200: { what: 'A page, which may be short or empty and still have a next one', headers: ['link?'], content: json('RepositoryList', { repositories: ['team/app'] }) } },
    errors: ['PAGINATION_NUMBER_INVALID', 'UNSUPPORTED 400'],
  },
  'oci:ListExtensions': {
    path: '/v2/_oci/ext/discover',
    permission: 'public',
    summary: 'Extensions of the registry, of which there are none',
    answers: { 200: { what: 'The list', content: json('ExtensionList', { extensions: [] }) } },
    errors: ['UNSUPPORTED 404'],
  },
  'oci:GetManifest': {
    path: '/v2/{name}/manifests/{reference}',
    summary: 'Pull a manifest, by tag or digest',
    parameters: ['name', 'reference', ...CONDITIONS],
    answers: { 200: { what: 'The manifest, as it was pushed', headers: CONTENT, content: MANIFESTS }, 304: UNCHANGED },
    errors: [...REPOSITORY, 'MANIFEST_UNKNOWN', 'DIGEST_INVALID', 'DENIED 412'],
  },
  'oci:HeadManifest': {
    path: '/v2/{name}/manifests/{reference}',
    summary: 'Whether a manifest is there',
    parameters: ['name', 'reference', ...CONDITIONS],
    answers: { 200: { what: 'It is', headers: CONTENT }, 304: UNCHANGED },
    errors: [...REPOSITORY, 'MANIFEST_UNKNOWN', 'DIGEST_INVALID', 'DENIED 412'],
  },
  'oci:PutManifest': {
    path: '/v2/{name}/manifests/{reference}',
    summary: 'Push a manifest, by tag or digest',
    description: 'A repository that is not there is made. Making a tag and moving one each need their permission besides.',
    parameters: ['name', 'reference', 'tag.query'],
    request: { content: MANIFESTS },
    answers: { 201: { what: 'Stored durably', headers: ['location', 'docker-content-digest', 'oci-subject?', 'oci-tag?'] } },
    errors: ['NAME_INVALID', 'TAG_INVALID', 'TAG_INVALID 414', 'DIGEST_INVALID', 'MANIFEST_INVALID', 'MANIFEST_INVALID 413', 'MANIFEST_BLOB_UNKNOWN', 'SIZE_INVALID', 'DENIED 409', 'UNSUPPORTED 400'],
  },
  'oci:DeleteTag': {
    path: '/v2/{name}/manifests/{tag}#tag',
    summary: 'Delete a tag; its manifest stays',
    parameters: ['name', 'tag'],
    answers: { 202: { what: 'Deleted' } },
    errors: [...REPOSITORY, 'MANIFEST_UNKNOWN', 'DENIED 409'],
  },
  'oci:DeleteManifest': {
    path: '/v2/{name}/manifests/{digest}#digest',
    summary: 'Delete a manifest with its tags',
    description: 'Each tag needs its permission. A manifest that stands in an index is kept by default.',
    parameters: ['name', 'digest'],
    answers: { 202: { what: 'Deleted' } },
    errors: [...REPOSITORY, 'MANIFEST_UNKNOWN', 'DIGEST_INVALID', 'DENIED 409', 'UNSUPPORTED'],
  },
  'oci:GetBlob': {
    path: '/v2/{name}/blobs/{digest}',
    summary: 'Pull a blob',
    parameters: ['name', 'digest', 'range', 'if-range', ...CONDITIONS],
    answers: {
      200: { what: 'The bytes', headers: [...CONTENT, 'accept-ranges'], content: BYTES },
      206: { what: 'Some of the bytes', headers: [...CONTENT, 'accept-ranges', 'content-range'], content: BYTES },
      304: UNCHANGED,
    },
    errors: [...REPOSITORY, 'BLOB_UNKNOWN', 'DIGEST_INVALID', 'RANGE_INVALID', 'DENIED 412'],
  },
  'oci:HeadBlob': {
    path: '/v2/{name}/blobs/{digest}',
    summary: 'Whether a blob is there',
    parameters: ['name', 'digest', ...CONDITIONS],
    answers: { 200: { what: 'It is', headers: [...CONTENT, 'accept-ranges'] }, 304: UNCHANGED },
    errors: [...REPOSITORY, 'BLOB_UNKNOWN', 'DIGEST_INVALID', 'DENIED 412'],
  },
  'oci:DeleteBlob': {
    path: '/v2/{name}/blobs/{digest}',
    summary: 'Delete a blob',
    description: 'One that a manifest refers to is kept by default.',
    parameters: ['name', 'digest'],
    answers: { 202: { what: 'Deleted' } },
    errors: [...REPOSITORY, 'BLOB_UNKNOWN', 'DIGEST_INVALID', 'UNSUPPORTED'],
  },
  'oci:StartBlobUpload': {
    path: '/v2/{name}/blobs/uploads/',
    summary: 'Mount a blob, push one whole, or begin an upload',
    description: 'A repository that is not there is made. What cannot be mounted becomes an upload.',
    parameters: ['name', 'mount.query', 'from.mount', 'digest.whole', 'digest-algorithm'],
    request: { optional: true, content: BYTES },
    answers: { 202: { what: 'The upload is begun', headers: PROGRESS }, 201: STORED },
    errors: ['NAME_INVALID', 'DIGEST_INVALID', 'SIZE_INVALID', 'SIZE_INVALID 413', 'UNSUPPORTED 400'],
  },
  'oci:GetBlobUpload': {
    path: '/v2/{name}/blobs/uploads/{upload}',
    summary: 'How much of an upload is there',
    parameters: ['name', 'upload'],
    answers: { 204: { what: 'So much', headers: PROGRESS } },
    errors: [...REPOSITORY, 'BLOB_UPLOAD_UNKNOWN'],
  },
  'oci:AppendToBlobUpload': {
    path: '/v2/{name}/blobs/uploads/{upload}',
    summary: 'Add bytes to an upload',
    parameters: ['name', 'upload', 'content-range'],
    request: { content: BYTES },
    answers: { 202: { what: 'Added', headers: PROGRESS } },
    errors: CHUNK,
  },
  'oci:FinishBlobUpload': {
    path: '/v2/{name}/blobs/uploads/{upload}',
    summary: 'Add the last bytes, if any, and make the blob',
    parameters: ['name', 'upload', 'digest.closing', 'content-range'],
    request: { optional: true, content: BYTES },
    answers: { 201: STORED },
    errors: [...CHUNK, 'DIGEST_INVALID', 'UNSUPPORTED 400'],
  },
  'oci:CancelBlobUpload': {
    path: '/v2/{name}/blobs/uploads/{upload}',
    summary: 'Give an upload up',
    parameters: ['name', 'upload'],
    answers: { 204: { what: 'Gone' } },
    errors: [...REPOSITORY, 'BLOB_UPLOAD_UNKNOWN', 'BLOB_UPLOAD_INVALID 409'],
  },
  'oci:ListTags': {
    path: '/v2/{name}/tags/list',
    summary: 'Tags of a repository, by name',
    parameters: ['name', 'n', 'last'],
    answers: { 200: { what: 'A page', headers: ['link?'], content: json('TagList', { name: 'team/app', tags: ['latest'] }) } },
    errors: [...REPOSITORY, 'PAGINATION_NUMBER_INVALID', 'UNSUPPORTED 400'],
  },
  'oci:ListReferrers': {
    path: '/v2/{name}/referrers/{subject}',
    summary: 'Manifests whose subject is this digest',
    parameters: ['name', 'subject', 'n', 'last', 'artifactType'],
    answers: {
      200: {
        what: 'A page, as an image index; empty where there are none',
        headers: ['link?', 'oci-filters-applied?'],
        content: {
          'application/vnd.oci.image.index.v1+json': {
            schema: 'ReferrersIndex',
            example: {
              schemaVersion: 2,
              mediaType: 'application/vnd.oci.image.index.v1+json',
              manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: DIGEST, size: 5, artifactType: 'application/spdx+json' }],
            },
          },
        },
      },
    },
    errors: ['NAME_INVALID', 'DIGEST_INVALID', 'PAGINATION_NUMBER_INVALID', 'UNSUPPORTED 400'],
  },
};

import { OCI_ERRORS } from '@zas/oci-protocol';
import { COUNT, TEXT, TIME, listOf, named, oneOf, record } from '../json-schema.js';
import type { Schema } from '../json-schema.js';

export const DIGEST: Schema = { type: 'string', pattern: '^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$' };
const ANNOTATIONS: Schema = { type: 'object', additionalProperties: TEXT };

/** Documents of the registry. */
export const OCI_SCHEMAS = {
  OciErrors: record({
    errors: { ...listOf(record({ code: oneOf(...Object.keys(OCI_ERRORS)), message: TEXT, 'detail?': { description: 'Facts; what they are depends on the code' } })), minItems: 1 },
  }),
  Descriptor: {
    ...record({ mediaType: TEXT, digest: DIGEST, size: COUNT, 'artifactType?': TEXT, 'annotations?': ANNOTATIONS }),
    additionalProperties: true,
    description: 'What names content: media type, digest and size',
  },
  Manifest: {
    type: 'object',
    required: ['schemaVersion'],
    properties: {
      schemaVersion: { const: 2 },
      mediaType: TEXT,
      artifactType: TEXT,
      config: named('Descriptor'),
      layers: listOf(named('Descriptor')),
      manifests: listOf(named('Descriptor')),
      subject: named('Descriptor'),
      annotations: ANNOTATIONS,
    },
    description: 'An image manifest or an image index, of the OCI image specification or of Docker',
  },
  TagList: record({ name: TEXT, tags: listOf(TEXT) }),
  RepositoryList: record({ repositories: listOf(TEXT) }),
  ExtensionList: record({ extensions: listOf(record({ name: TEXT, url: TEXT, 'description?': TEXT, endpoints: listOf(TEXT) })) }),
  ReferrersIndex: record({ schemaVersion: { const: 2 }, mediaType: oneOf('application/vnd.oci.image.index.v1+json'), manifests: listOf(named('Descriptor')) }),
  ApiVersion: { type: 'object', additionalProperties: false, description: 'Empty' },
  RegistryToken: record({
    token: TEXT,
    access_token: { ...TEXT, description: 'The same' },
    token_type: oneOf('Bearer'),
    expires_in: { ...COUNT, description: 'Seconds' },
    issued_at: TIME,
    'scope?': { ...TEXT, description: 'What it is good for, of what was asked' },
    'refresh_token?': TEXT,
  }),
  TokenForm: {
    type: 'object',
    required: ['grant_type'],
    properties: {
      grant_type: oneOf('password', 'refresh_token'),
      username: TEXT,
      password: TEXT,
      refresh_token: TEXT,
      service: oneOf('zot-artifact-store'),
      client_id: TEXT,
      access_type: { ...oneOf('online', 'offline'), description: '`offline`: a refresh token is wanted too' },
      scope: { ...TEXT, description: 'With spaces between, or repeated' },
    },
  },
} as const satisfies Record<string, Schema>;

export type OciSchemaName = keyof typeof OCI_SCHEMAS;

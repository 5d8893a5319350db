import type { OciDocument } from './oci-document.js';

const TOKEN = { token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln', access_token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln', token_type: 'Bearer', expires_in: 300, issued_at: '2026-03-04T05:06:07.000Z', scope: 'repository:team/app:pull' };
const ANSWER = { what: 'A token that holds what may be done of what was asked', headers: ['cache-control'], content: { 'application/json': { schema: 'RegistryToken', example: TOKEN } } } as const;

/** The token endpoint, by method. */
export const TOKEN_DOCUMENTS: Readonly<Record<'get' | 'post', OciDocument & { readonly operationId: string }>> = {
  get: {
    operationId: 'GetToken',
    path: '/token',
    permission: 'public',
    summary: 'A token for the registry, as registry clients ask for it',
    description: 'With a credential, or without one for what everybody may do.',
    parameters: ['service', 'scope', 'account', 'client_id', 'offline_token'],
    answers: { 200: ANSWER },
    errors: ['UNSUPPORTED 400', 'UNAUTHORIZED'],
  },
  post: {
    operationId: 'PostToken',
    path: '/token',
    permission: 'public',
    summary: 'A token for the registry, as OAuth 2 has it',
    request: {
      content: {
        'application/x-www-form-urlencoded': {
          schema: 'TokenForm',
          example: { grant_type: 'password', username: 'ann', password: 'secret', service: 'zot-artifact-store', client_id: 'docs', scope: 'repository:team/app:pull' },
        },
      },
    },
    answers: { 200: ANSWER },
    errors: ['UNSUPPORTED 400', 'UNSUPPORTED 413', 'UNSUPPORTED 415', 'SIZE_INVALID 413', 'UNAUTHORIZED'],
  },
};

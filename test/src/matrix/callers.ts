import type { RestClient } from '../harness/rest-client.js';
import type { Keys } from '../harness/signed-client.js';

/** Whom each route is tried as. */
export interface Callers {
  readonly 'nobody': null;
  readonly 'with a wrong secret': Keys;
  readonly 'with an unknown key': Keys;
  readonly 'with an expired key': Keys;
  readonly 'with a disabled key': Keys;
  readonly 'of a disabled user': Keys;
  readonly 'without permission': Keys;
  readonly 'with permission': Keys;
}

export type CallerKind = keyof Callers;

/** Callers whose credential is not good. */
export const BAD_CREDENTIALS = ['with a wrong secret', 'with an unknown key', 'with an expired key', 'with a disabled key', 'of a disabled user'] as const;

const LIFE_MS = 1_500;

/** All of them but the last have no permission that could be in question: their users are administrators where the credential is what is wrong. */
export async function makeCallers(root: RestClient): Promise<Callers> {
  const admin = await root.user('matrix-admin', { roles: ['admin'] });
  const stranger = await root.user('matrix-stranger');
  const disabled = await root.user('matrix-disabled', { roles: ['admin'] });
  await root.must('PUT', '/users/matrix-disabled', { enabled: false });
  const keyOf = async (fields: object): Promise<Keys> => {
    const { id, secret } = await root.must('POST', '/users/matrix-admin/keys', fields);
    return { accessKeyId: id as string, secretAccessKey: secret as string };
  };
  const off = await keyOf({});
  await root.must('PUT', `/users/matrix-admin/keys/${off.accessKeyId}`, { enabled: false });
  const expired = await keyOf({ expiresAt: new Date(Date.now() + LIFE_MS).toISOString() });
  await new Promise((resolve) => setTimeout(resolve, LIFE_MS + 200));
  return {
    'nobody': null,
    'with a wrong secret': { ...admin, secretAccessKey: 'wrong-secret' },
    'with an unknown key': { accessKeyId: 'ZAKAAAAAAAAAAAAAAAAA', secretAccessKey: admin.secretAccessKey },
    'with an expired key': expired,
    'with a disabled key': off,
    'of a disabled user': disabled,
    'without permission': stranger,
    'with permission': admin,
  };
}

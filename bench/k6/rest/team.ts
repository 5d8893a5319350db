import type { SigningCredential } from '../../src/load/plan/signature-v4.ts';
import { target } from '../environment.ts';
import { mustAnswer, textOf } from '../expect-answer.ts';
import { makeBucket, removeBucket, type Place } from '../s3/bucket.ts';
import { s3 } from '../s3/s3-client.ts';
import { contentOf } from '../texts.ts';
import { sendRest, type RestRequest } from './rest-client.ts';

/** A bucket, and a user who may read one of its two objects. `setup` hands it on. */
export interface Team extends Place {
  readonly user: string;
  readonly policy: string;
  readonly credential: SigningCredential;
}

export const OPEN = 'open/object';
export const CLOSED = 'closed/object';
export const CONTENT = 'who may read this?';

export function makeTeam(): Team {
  const { bucket } = makeBucket();
  for (const key of [OPEN, CLOSED]) mustAnswer(s3.send({ method: 'PUT', path: `${bucket}/${key}`, body: contentOf(CONTENT), name: 'store', statuses: [200] }), 'store', [200]);
  const [user, policy] = [`${bucket}-reader`, `${bucket}-open`];
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/open/*` }] };
  must({ method: 'POST', path: '/rbac/policies', document: { id: policy, document }, name: 'make policy', statuses: [201] });
  const credential = makeUser(user, [policy]);
  return { bucket, user, policy, credential };
}

export function removeTeam(team: Team): void {
  for (const id of usersOf(team)) removeUser(id);
  must({ method: 'DELETE', path: `/rbac/policies/${team.policy}`, name: 'DELETE policy', statuses: [200, 204] });
  removeBucket(team);
}

/** All users of this run: also those that came while the load ended in the middle of an iteration. */
function usersOf({ bucket }: Team): readonly string[] {
  const found: string[] = [];
  for (let path: string | undefined = '/rbac/users?limit=1000'; path !== undefined; ) {
    const answer = must({ method: 'GET', path, name: 'list to remove', statuses: [200] });
    const { users, nextCursor } = JSON.parse(textOf(answer)) as { readonly users: readonly { readonly id: string }[]; readonly nextCursor?: string };
    found.push(...users.map(({ id }) => id).filter((id) => id.startsWith(bucket)));
    path = nextCursor === undefined ? undefined : `/rbac/users?limit=1000&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return found;
}

/** A user with a pair of keys. */
export function makeUser(id: string, policies: readonly string[]): SigningCredential {
  must({ method: 'POST', path: '/rbac/users', document: { id, policies }, name: 'POST user', statuses: [201] });
  const made = JSON.parse(textOf(must({ method: 'POST', path: `/rbac/users/${id}/keys`, document: {}, name: 'POST key', statuses: [201] }))) as { readonly id: string; readonly secret: string };
  return { accessKeyId: made.id, secret: made.secret, region: target.region };
}

export function removeUser(id: string): void {
  must({ method: 'DELETE', path: `/rbac/users/${id}`, name: 'DELETE user', statuses: [200, 204] });
}

function must(request: RestRequest): ReturnType<typeof sendRest> {
  return mustAnswer(sendRest(request), request.name, request.statuses);
}

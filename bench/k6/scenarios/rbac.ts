import exec from 'k6/execution';
import { expectAnswer, textOf } from '../expect-answer.ts';
import { loadOptions, think } from '../load-options.ts';
import { sendRest } from '../rest/rest-client.ts';
import { CLOSED, CONTENT, makeTeam, makeUser, OPEN, removeTeam, removeUser, type Team } from '../rest/team.ts';
import { S3Client } from '../s3/s3-client.ts';

export const options = loadOptions('rbac');

export { makeTeam as setup, removeTeam as teardown };

const USER_COMES_EVERY = 10;

let reader: S3Client | undefined;

export default function run(team: Team): void {
  reader ??= new S3Client(team.credential);
  const open = reader.send({ method: 'GET', path: `${team.bucket}/${OPEN}`, name: 'GET what is allowed', statuses: [200] });
  expectAnswer(open, 'GET what is allowed', [200], { content: (one) => textOf(one) === CONTENT });
  const closed = reader.send({ method: 'GET', path: `${team.bucket}/${CLOSED}`, name: 'GET what is denied', statuses: [403] });
  expectAnswer(closed, 'GET what is denied', [403], { AccessDenied: (one) => textOf(one).includes('<Code>AccessDenied</Code>') });
  explain(team, OPEN, true);
  explain(team, CLOSED, false);
  if (exec.vu.iterationInScenario % USER_COMES_EVERY === 0) comeAndGo(team);
  think();
}

function explain({ bucket, user }: Team, key: string, allowed: boolean): void {
  const document = { principal: user, action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/${key}` };
  const answer = sendRest({ method: 'POST', path: '/rbac/authorize', document, name: 'POST authorize', statuses: [200] });
  expectAnswer(answer, 'POST authorize', [200], { decision: (one) => (JSON.parse(textOf(one)) as { allowed: boolean }).allowed === allowed });
}

/** A user who was just made may do what the policy says, at once. */
function comeAndGo({ bucket, policy }: Team): void {
  const id = `${bucket}-${exec.vu.idInTest}-${exec.vu.iterationInScenario}`;
  const client = new S3Client(makeUser(id, [policy]));
  const answer = client.send({ method: 'GET', path: `${bucket}/${OPEN}`, name: 'GET by the new user', statuses: [200] });
  expectAnswer(answer, 'GET by the new user', [200], { content: (one) => textOf(one) === CONTENT });
  removeUser(id);
}

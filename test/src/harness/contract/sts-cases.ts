import type { ContractCase, ContractWorld, Prepared } from './contract-case.js';
import { fresh } from './contract-case.js';

const form = (Action: string, fields: Readonly<Record<string, string>> = {}) => String(new URLSearchParams({ Action, Version: '2011-06-15', ...fields }));

const keysOf = ({ accessKeyId = '', secretAccessKey = '' }: Prepared) => ({ accessKeyId, secretAccessKey });

/** A role that everybody may take on, by key and by token, and a user: roots may not. */
async function aRole({ root, provider, account }: ContractWorld): Promise<Prepared> {
  const id = fresh('role');
  const Statement = ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'].map((Action) => ({
    Effect: 'Allow',
    Principal: Action === 'sts:AssumeRole' ? { AWS: '*' } : { Federated: 'idp' },
    Action,
  }));
  await root.must('POST', '/rbac/roles', { id, policies: ['read'], trustPolicy: { Version: '2012-10-17', Statement } });
  const user = fresh('user');
  await root.must('POST', '/rbac/users', { id: user, roles: ['admin'] });
  const key = await root.must('POST', `/rbac/users/${user}/keys`, {});
  return { accessKeyId: key.id as string, secretAccessKey: key.secret as string, role: `arn:aws:iam::${account}:role/${id}`, token: await provider.token(), account };
}

const common = (action: string, fields: Readonly<Record<string, string>> = {}) => [
  { what: 'another version', path: '/', body: form(action, { ...fields, Version: '2000-01-01' }), status: 400, code: 'NoSuchVersion' },
  { what: 'too much', path: '/', body: `Action=${action}&Policy=${'x'.repeat(70_000)}`, status: 413 },
  { what: 'no form', path: '/', body: '{}', headers: { 'content-type': 'application/json' }, status: 400, code: 'InvalidAction' },
];

/** Of the Security Token Service. */
export const STS_CASES: Readonly<Record<string, ContractCase>> = {
  AssumeRole: {
    prepare: aRole,
    right: (prepared) => ({ path: '/', keys: keysOf(prepared), body: form('AssumeRole', { RoleArn: prepared['role']!, RoleSessionName: 'test', DurationSeconds: '900', ExternalId: 'x' }) }),
    wrong: ({ role, account, ...prepared }) => [
      ...common('AssumeRole'),
      { what: 'no role', path: '/', body: form('AssumeRole'), status: 400, code: 'ValidationError' },
      { what: 'a role that is not there', path: '/', body: form('AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/nothing`, RoleSessionName: 'test' }), status: 403, code: 'AccessDenied' },
      { what: 'a policy that is none', path: '/', keys: keysOf(prepared), body: form('AssumeRole', { RoleArn: role!, RoleSessionName: 'test', Policy: '{}' }), status: 400, code: 'MalformedPolicyDocument' },
    ],
  },
  AssumeRoleWithWebIdentity: {
    prepare: aRole,
    right: ({ role, token }) => ({ path: '/', body: form('AssumeRoleWithWebIdentity', { RoleArn: role!, RoleSessionName: 'test', WebIdentityToken: token! }) }),
    wrong: ({ role }) => [
      ...common('AssumeRoleWithWebIdentity'),
      { what: 'a token that is none', path: '/', body: form('AssumeRoleWithWebIdentity', { RoleArn: role!, RoleSessionName: 'test', WebIdentityToken: 'x' }), status: 400, code: 'InvalidIdentityToken' },
    ],
  },
  GetSessionToken: {
    prepare: aRole,
    right: (prepared) => ({ path: '/', keys: keysOf(prepared), body: form('GetSessionToken', { DurationSeconds: '900' }) }),
    wrong: [...common('GetSessionToken'), { what: 'no time', path: '/', body: form('GetSessionToken', { DurationSeconds: 'x' }), status: 400, code: 'ValidationError' }],
  },
  GetCallerIdentity: { right: () => ({ path: '/', body: form('GetCallerIdentity') }), wrong: common('GetCallerIdentity') },
};

import type { StsActionName } from '../../sts/sts-door.js';
import { STS_NAMESPACE } from '../../sts/sts-answers.js';
import { TEXT, TIME, named, oneOf, record } from '../json-schema.js';
import type { Schema } from '../json-schema.js';

const CREDENTIALS = {
  AccessKeyId: 'ZASEXAMPLEKEY',
  SecretAccessKey: 'wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY',
  SessionToken: 'c2Vzc2lvbg',
  Expiration: '2026-03-04T06:06:07.000Z',
};
const ASSUMED = { AssumedRoleId: 'reader:docs', Arn: 'arn:aws:sts::000000000007:assumed-role/reader/docs' };
const ROLE = { RoleArn: 'arn:aws:iam::000000000007:role/reader', RoleSessionName: 'docs' };

const SESSION = {
  'DurationSeconds?': { type: 'integer', minimum: 0, description: 'How long it lasts; bounds are the role’s' },
  'Policy?': { ...TEXT, description: 'A policy that caps the session' },
  'PolicyArns.member.1.arn?': { ...TEXT, description: 'ARN of a policy that caps the session; up to 10, numbered' },
} as const;
const ROLE_FIELDS = { RoleArn: TEXT, RoleSessionName: TEXT, ...SESSION };

export interface StsDocument {
  readonly summary: string;
  readonly description?: string;
  /** Fields of the form beside `Action` and `Version`. */
  readonly fields: Readonly<Record<string, Schema>>;
  readonly example: Readonly<Record<string, unknown>>;
  /** Elements of the result. */
  readonly result: Readonly<Record<string, Schema>>;
  readonly resultExample: Readonly<Record<string, unknown>>;
  /** Codes of its own, by status. */
  readonly errors?: Readonly<Record<number, readonly string[]>>;
}

/** Total over the actions: one without a document does not compile. */
export const STS_DOCUMENTS: Readonly<Record<StsActionName, StsDocument>> = {
  AssumeRole: {
    summary: 'Temporary credentials of a role',
    description: 'The role’s trust policy says who may.',
    fields: { ...ROLE_FIELDS, 'ExternalId?': TEXT },
    example: ROLE,
    result: { Credentials: named('StsCredentials'), AssumedRoleUser: named('AssumedRoleUser') },
    resultExample: { Credentials: CREDENTIALS, AssumedRoleUser: ASSUMED },
    errors: { 400: ['MalformedPolicyDocument', 'PackedPolicyTooLarge'], 404: ['NoSuchEntity'] },
  },
  AssumeRoleWithWebIdentity: {
    summary: 'Temporary credentials of a role, for a token of a configured issuer',
    fields: { ...ROLE_FIELDS, WebIdentityToken: TEXT },
    example: { ...ROLE, WebIdentityToken: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' },
    result: {
      Credentials: named('StsCredentials'),
      AssumedRoleUser: named('AssumedRoleUser'),
      SubjectFromWebIdentityToken: TEXT,
      Audience: TEXT,
      Provider: TEXT,
    },
    resultExample: { Credentials: CREDENTIALS, AssumedRoleUser: ASSUMED, SubjectFromWebIdentityToken: 'ann', Audience: 'zas', Provider: 'https://idp.example.com' },
    errors: { 400: ['InvalidIdentityToken', 'MalformedPolicyDocument', 'PackedPolicyTooLarge'], 404: ['NoSuchEntity'] },
  },
  GetSessionToken: {
    summary: 'Temporary credentials of the caller',
    fields: SESSION,
    example: { DurationSeconds: 3600 },
    result: { Credentials: named('StsCredentials') },
    resultExample: { Credentials: CREDENTIALS },
    errors: { 400: ['MalformedPolicyDocument', 'PackedPolicyTooLarge'], 404: ['NoSuchEntity'] },
  },
  GetCallerIdentity: {
    summary: 'Who the caller is',
    fields: {},
    example: {},
    result: { Arn: TEXT, UserId: TEXT, Account: TEXT },
    resultExample: { Arn: 'arn:aws:iam::000000000007:user/ann', UserId: 'local:ann', Account: '000000000007' },
  },
};

/** What the documents share. */
export const STS_SCHEMAS: Readonly<Record<string, Schema>> = {
  StsCredentials: record({ AccessKeyId: TEXT, SecretAccessKey: TEXT, SessionToken: TEXT, Expiration: TIME }),
  AssumedRoleUser: record({ AssumedRoleId: TEXT, Arn: TEXT }),
  StsError: record(
    { Error: record({ Type: oneOf('Sender', 'Receiver'), Code: TEXT, Message: TEXT }), RequestId: TEXT },
    { xml: { name: 'ErrorResponse', namespace: STS_NAMESPACE } },
  ),
};

import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import type { S3Error } from '../errors/s3-error.js';
import { readAclHeaders } from './acl-headers.js';
import { CANNED_ACLS, cannedAcl, isPublicAcl } from './canned-acl.js';
import { parseAccessControlPolicy } from './parse-acl.js';
import { renderAccessControlPolicy } from './render-acl.js';
import { invalidCanonicalId } from './wire-grant.js';

function errorOf(run: () => unknown): S3Error | undefined {
  try {
    run();
  } catch (error) {
    return error as S3Error;
  }
  return undefined;
}

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const OWNER = '<Owner><ID>me</ID></Owner>';

const grantee = (type: string, content: string): string => `<Grantee ${XSI} xsi:type="${type}">${content}</Grantee>`;
const grant = (who: string, permission = 'READ'): string => `<Grant>${who}<Permission>${permission}</Permission></Grant>`;
const user = grantee('CanonicalUser', '<ID>you</ID>');
const document = (content: string): Buffer =>
  Buffer.from(`<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</AccessControlPolicy>`);
const put = (grants: string) => parseAccessControlPolicy(document(`${OWNER}<AccessControlList>${grants}</AccessControlList>`));

describe('parseAccessControlPolicy', () => {
  it('reads every kind of grantee', () => {
    const grants = [
      grant(grantee('CanonicalUser', '<ID>you</ID><DisplayName>You</DisplayName>'), 'FULL_CONTROL'),
      grant(grantee('AmazonCustomerByEmail', '<EmailAddress>a@b</EmailAddress>'), 'WRITE_ACP'),
      grant(grantee('Group', `<URI>${ALL_USERS}</URI>`)),
    ];
    expect(put(grants.join(''))).toEqual({
      ownerId: 'me',
      grants: [
        { grantee: { kind: 'canonical', id: 'you' }, permission: 'FULL_CONTROL' },
        { grantee: { kind: 'email', email: 'a@b' }, permission: 'WRITE_ACP' },
        { grantee: { kind: 'group', group: 'all-users' }, permission: 'READ' },
      ],
    });
    expect(put('')).toEqual({ ownerId: 'me', grants: [] });
  });

  it('takes any prefix for the type, and no declaration for one', () => {
    const other = '<Grantee xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="CanonicalUser"><ID>you</ID></Grantee>';
    expect(put(grant(other)).grants).toHaveLength(1);
    expect(errorOf(() => put(grant('<Grantee xmlns:type="CanonicalUser"><ID>you</ID></Grantee>')))?.code).toBe('MalformedACLError');
    expect(errorOf(() => put(grant('<Grantee a:type="Group" b:type="CanonicalUser"><ID>you</ID></Grantee>')))?.code).toBe('MalformedACLError');
  });

  it('reads what it shows', () => {
    const text = renderAccessControlPolicy({
      owner: { id: 'me', displayName: 'Me' },
      grants: [
        { grantee: { kind: 'canonical', id: 'a&b', displayName: 'You' }, permission: 'FULL_CONTROL' },
        { grantee: { kind: 'group', group: 'log-delivery' }, permission: 'WRITE' },
        { grantee: { kind: 'group', group: 'authenticated-users' }, permission: 'READ_ACP' },
      ],
    });
    expect(text).toContain(`<Grantee ${XSI} xsi:type="CanonicalUser"><ID>a&amp;b</ID><DisplayName>You</DisplayName></Grantee>`);
    expect(parseAccessControlPolicy(Buffer.from(text)).grants).toEqual([
      { grantee: { kind: 'canonical', id: 'a&b' }, permission: 'FULL_CONTROL' },
      { grantee: { kind: 'group', group: 'log-delivery' }, permission: 'WRITE' },
      { grantee: { kind: 'group', group: 'authenticated-users' }, permission: 'READ_ACP' },
    ]);
  });

  it('takes 100 grants and not one more', () => {
    expect(put(grant(user).repeat(100)).grants).toHaveLength(100);
    expect(errorOf(() => put(grant(user).repeat(101)))?.code).toBe('MalformedACLError');
  });

  it.each([
    ['no owner', '<AccessControlList/>'],
    ['no owner id', '<Owner/><AccessControlList/>'],
    ['no list', OWNER],
    ['two owners', `${OWNER}${OWNER}<AccessControlList/>`],
    ['nothing', ''],
    ['another element', `${OWNER}<AccessControlList/><Other/>`],
    ['no permission', `${OWNER}<AccessControlList><Grant>${user}</Grant></AccessControlList>`],
    ['another permission', `${OWNER}<AccessControlList>${grant(user, 'read')}</AccessControlList>`],
    ['no grantee', `${OWNER}<AccessControlList><Grant><Permission>READ</Permission></Grant></AccessControlList>`],
    ['no type', `${OWNER}<AccessControlList>${grant('<Grantee><ID>x</ID></Grantee>')}</AccessControlList>`],
    ['another type', `${OWNER}<AccessControlList>${grant(grantee('BadType', '<ID>x</ID>'))}</AccessControlList>`],
    ['a group by id', `${OWNER}<AccessControlList>${grant(grantee('Group', '<ID>x</ID>'))}</AccessControlList>`],
    ['an empty id', `${OWNER}<AccessControlList>${grant(grantee('CanonicalUser', '<ID/>'))}</AccessControlList>`],
    ['what is no XML', '<'],
  ])('refuses %s', (_name, content) => {
    expect(errorOf(() => parseAccessControlPolicy(document(content)))).toMatchObject({ code: 'MalformedACLError', status: 400 });
  });

  it('refuses entities and other documents, and tells of an empty body', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x "xx">]><AccessControlPolicy/>';
    for (const text of [bomb, '<Policy/>']) {
      expect(errorOf(() => parseAccessControlPolicy(Buffer.from(text)))?.code).toBe('MalformedACLError');
    }
    expect(errorOf(() => parseAccessControlPolicy(Buffer.from('')))?.code).toBe('MissingRequestBodyError');
  });

  it('names what AWS names', () => {
    const uri = 'http://acs.amazonaws.com/groups/s3/FakeGroup';
    expect(errorOf(() => put(grant(grantee('Group', `<URI>${uri}</URI>`))))).toMatchObject({
      code: 'InvalidArgument',
      message: 'Invalid group uri',
      fields: { ArgumentName: 'Group/URI', ArgumentValue: uri },
    });
    expect(invalidCanonicalId('x', 'document')).toMatchObject({ message: 'Invalid id', fields: { ArgumentName: 'CanonicalUser/ID' } });
    expect(invalidCanonicalId('x', 'header')).toMatchObject({ fields: { ArgumentName: 'id', ArgumentValue: 'x' } });
  });
});

describe('readAclHeaders', () => {
  it('reads nothing, a canned ACL, or grants', () => {
    expect(readAclHeaders({ 'x-amz-meta-acl': 'x' })).toBeUndefined();
    for (const name of CANNED_ACLS) expect(readAclHeaders({ 'x-amz-acl': name })).toEqual({ kind: 'canned', name });
    expect(
      readAclHeaders({
        'x-amz-grant-write-acp': `uri="${ALL_USERS}"`,
        'x-amz-grant-read': 'id="a,b", emailAddress="c@d",ID=e , id = f',
        'x-amz-grant-full-control': ['id=g', 'id=h'],
      }),
    ).toEqual({
      kind: 'grants',
      grants: [
        { grantee: { kind: 'canonical', id: 'g' }, permission: 'FULL_CONTROL' },
        { grantee: { kind: 'canonical', id: 'h' }, permission: 'FULL_CONTROL' },
        { grantee: { kind: 'canonical', id: 'a,b' }, permission: 'READ' },
        { grantee: { kind: 'email', email: 'c@d' }, permission: 'READ' },
        { grantee: { kind: 'canonical', id: 'e' }, permission: 'READ' },
        { grantee: { kind: 'canonical', id: 'f' }, permission: 'READ' },
        { grantee: { kind: 'group', group: 'all-users' }, permission: 'WRITE_ACP' },
      ],
    });
  });

  it('refuses both', () => {
    expect(errorOf(() => readAclHeaders({ 'x-amz-acl': 'private', 'x-amz-grant-read': 'id=a' }))).toMatchObject({
      code: 'InvalidRequest',
      message: 'Specifying both Canned ACLs and Header Grants is not allowed',
    });
  });

  it.each<[IncomingHttpHeaders, string, string]>([
    [{ 'x-amz-acl': 'fake-acl' }, '', 'x-amz-acl'],
    [{ 'x-amz-acl': '' }, '', 'x-amz-acl'],
    [{ 'x-amz-grant-write': 'fakekey="1234"' }, 'Argument format not recognized', 'x-amz-grant-write'],
    [{ 'x-amz-grant-read': 'uri="http://acs.amazonaws.com/groups/s3/FakeGroup"' }, 'Invalid group uri', 'uri'],
    ...['', 'id', 'id=', 'id=""', 'id="a', 'id=a"', 'id="a" "b"', 'id=a,', ',id=a', '"a"', '=a'].map(
      (value): [IncomingHttpHeaders, string, string] => [{ 'x-amz-grant-read': value }, 'Argument format not recognized', 'x-amz-grant-read'],
    ),
  ])('refuses %j', (headers, message, name) => {
    const error = errorOf(() => readAclHeaders(headers));
    expect(error).toMatchObject({ code: 'InvalidArgument', message });
    expect(error?.fields['ArgumentName']).toBe(name);
  });

  it('takes 100 grants and not one more, and long nonsense quickly', () => {
    const many = (count: number): string => Array.from({ length: count }, (_, i) => `id=a${i}`).join(',');
    expect(readAclHeaders({ 'x-amz-grant-read': many(100) })).toBeDefined();
    expect(errorOf(() => readAclHeaders({ 'x-amz-grant-read': many(60), 'x-amz-grant-write': many(41) }))?.code).toBe('InvalidRequest');
    for (const text of [' '.repeat(60_000), `id=${' '.repeat(60_000)}"`, 'a'.repeat(60_000)]) {
      const start = performance.now();
      expect(errorOf(() => readAclHeaders({ 'x-amz-grant-read': text }))?.code).toBe('InvalidArgument');
      expect(performance.now() - start).toBeLessThan(500);
    }
  });
});

describe('cannedAcl', () => {
  const owner = '000000000001';
  const bucketOwner = '000000000002';
  const control = { grantee: { kind: 'account', account: owner }, permission: 'FULL_CONTROL' };
  const group = (name: string, permission: string) => ({ grantee: { kind: 'group', group: name }, permission });
  it.each([
    ['private', 'object', []],
    ['public-read', 'bucket', [group('all-users', 'READ')]],
    ['public-read-write', 'object', [group('all-users', 'READ'), group('all-users', 'WRITE')]],
    ['authenticated-read', 'object', [group('authenticated-users', 'READ')]],
    ['aws-exec-read', 'object', []],
    ['bucket-owner-read', 'object', [{ grantee: { kind: 'account', account: bucketOwner }, permission: 'READ' }]],
    ['bucket-owner-full-control', 'object', [{ grantee: { kind: 'account', account: bucketOwner }, permission: 'FULL_CONTROL' }]],
    ['bucket-owner-read', 'bucket', []],
    ['bucket-owner-full-control', 'bucket', []],
    ['log-delivery-write', 'bucket', [group('log-delivery', 'WRITE'), group('log-delivery', 'READ_ACP')]],
    ['log-delivery-write', 'object', []],
  ] as const)('%s on a %s', (name, on, further) => {
    expect(cannedAcl(name, { owner, bucketOwner, on })).toEqual([control, ...further]);
  });
  it('does not grant twice to one account', () => {
    for (const name of ['bucket-owner-read', 'bucket-owner-full-control'] as const) {
      expect(cannedAcl(name, { owner, bucketOwner: owner, on: 'object' })).toEqual([control]);
    }
  });
  it('knows what is public', () => {
    const publicOnes = CANNED_ACLS.filter((name) => isPublicAcl(cannedAcl(name, { owner, bucketOwner, on: 'bucket' })));
    expect(publicOnes).toEqual(['public-read', 'public-read-write', 'authenticated-read']);
    expect(isPublicAcl(undefined)).toBe(false);
    expect(isPublicAcl([])).toBe(false);
  });
});

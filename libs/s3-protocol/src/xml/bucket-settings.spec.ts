import { describe, expect, it } from '@jest/globals';
import type { S3Error } from '../errors/s3-error.js';
import { readExpectedOwner, readObjectOwnershipHeader, readRequestPayer } from '../headers/bucket-headers.js';
import { S3Query, parseQuery } from '../target/query.js';
import {
  parseOwnershipControls,
  parsePublicAccessBlock,
  parseRequestPayment,
  parseVersioningConfiguration,
} from './parse-bucket-settings.js';
import {
  renderOwnershipControls,
  renderPolicyStatus,
  renderPublicAccessBlock,
  renderRequestPayment,
  renderVersioningConfiguration,
} from './render-bucket-settings.js';

const NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const bytes = (text: string): Buffer => Buffer.from(text);

function errorOf(run: () => unknown): S3Error | undefined {
  try {
    run();
  } catch (error) {
    return error as S3Error;
  }
  return undefined;
}

describe('versioning', () => {
  const put = (content: string) => parseVersioningConfiguration(bytes(`<VersioningConfiguration ${NS}>${content}</VersioningConfiguration>`));
  it('reads both states', () => {
    expect(put('<Status>Enabled</Status>')).toEqual({ status: 'Enabled' });
    expect(put('<MfaDelete>Disabled</MfaDelete><Status> Suspended </Status>')).toEqual({ status: 'Suspended' });
    expect(parseVersioningConfiguration(bytes(renderVersioningConfiguration('Enabled'))).status).toBe('Enabled');
  });
  it.each([
    ['', 'IllegalVersioningConfigurationException'],
    ['<Status/>', 'MalformedXML'],
    ['<Status>enabled</Status>', 'MalformedXML'],
    ['<Status>Disabled</Status>', 'MalformedXML'],
    ['<Status>Enabled</Status><Status>Enabled</Status>', 'MalformedXML'],
    ['<Status><Enabled/></Status>', 'MalformedXML'],
    ['<Status>Enabled</Status><Other/>', 'MalformedXML'],
    ['<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>', 'NotImplemented'],
    ['<Status>Enabled</Status><MfaDelete>yes</MfaDelete>', 'MalformedXML'],
  ])('refuses %j', (content, code) => {
    expect(errorOf(() => put(content))?.code).toBe(code);
  });
  it('refuses another document and none', () => {
    expect(errorOf(() => parseVersioningConfiguration(bytes('<Versioning/>')))?.code).toBe('MalformedXML');
    expect(errorOf(() => parseVersioningConfiguration(bytes('')))?.code).toBe('MissingRequestBodyError');
  });
});

describe('ownership', () => {
  const put = (content: string) => parseOwnershipControls(bytes(`<OwnershipControls>${content}</OwnershipControls>`));
  const rule = (text: string): string => `<Rule><ObjectOwnership>${text}</ObjectOwnership></Rule>`;
  it.each(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const)('%s', (ownership) => {
    expect(put(rule(ownership))).toBe(ownership);
    expect(parseOwnershipControls(bytes(renderOwnershipControls(ownership)))).toBe(ownership);
    expect(readObjectOwnershipHeader({ 'x-amz-object-ownership': ownership })).toBe(ownership);
  });
  it.each(['', rule('Other'), rule('ObjectWriter').repeat(2), '<Rule/>', '<Rule><Other/></Rule>', '<Other/>'])(
    'refuses %j',
    (content) => {
      expect(errorOf(() => put(content))?.code).toBe('MalformedXML');
    },
  );
  it('refuses other words in the header', () => {
    expect(readObjectOwnershipHeader({})).toBeUndefined();
    for (const value of ['', 'objectwriter', '__proto__']) {
      expect(errorOf(() => readObjectOwnershipHeader({ 'x-amz-object-ownership': value }))).toMatchObject({
        code: 'InvalidArgument',
        message: `Invalid x-amz-object-ownership header: ${value}`,
        fields: { ArgumentName: 'x-amz-object-ownership' },
      });
    }
  });
});

describe('public access block', () => {
  const put = (content: string) =>
    parsePublicAccessBlock(bytes(`<PublicAccessBlockConfiguration>${content}</PublicAccessBlockConfiguration>`));
  const none = { blockPublicAcls: false, ignorePublicAcls: false, blockPublicPolicy: false, restrictPublicBuckets: false };
  it('takes what is absent for false', () => {
    expect(put('')).toEqual(none);
    expect(put('<BlockPublicPolicy>TRUE</BlockPublicPolicy><IgnorePublicAcls>false</IgnorePublicAcls>')).toEqual({
      ...none,
      blockPublicPolicy: true,
    });
    const all = { blockPublicAcls: true, ignorePublicAcls: false, blockPublicPolicy: true, restrictPublicBuckets: true };
    expect(parsePublicAccessBlock(bytes(renderPublicAccessBlock(all)))).toEqual(all);
  });
  it.each([
    '<BlockPublicAcls>yes</BlockPublicAcls>',
    '<BlockPublicAcls/>',
    '<BlockPublicAcls>true</BlockPublicAcls><BlockPublicAcls>true</BlockPublicAcls>',
    '<Other>true</Other>',
  ])('refuses %j', (content) => {
    expect(errorOf(() => put(content))?.code).toBe('MalformedXML');
  });
  it('shows the status of a policy', () => {
    expect(renderPolicyStatus(true)).toContain(`<PolicyStatus ${NS}><IsPublic>true</IsPublic></PolicyStatus>`);
  });
});

describe('payment', () => {
  const put = (content: string) =>
    parseRequestPayment(bytes(`<RequestPaymentConfiguration>${content}</RequestPaymentConfiguration>`));
  it('reads and shows the payer', () => {
    for (const payer of ['BucketOwner', 'Requester'] as const) {
      expect(put(`<Payer>${payer}</Payer>`)).toBe(payer);
      expect(parseRequestPayment(bytes(renderRequestPayment(payer)))).toBe(payer);
    }
  });
  it.each(['', '<Payer>requester</Payer>', '<Payer>Random</Payer>', '<Other/>'])('refuses %j', (content) => {
    expect(errorOf(() => put(content))?.code).toBe('MalformedXML');
  });
  it('finds who says that he pays', () => {
    expect(readRequestPayer({ 'x-amz-request-payer': 'requester' }, S3Query.empty)).toBe(true);
    expect(readRequestPayer({}, parseQuery('x-amz-request-payer=requester'))).toBe(true);
    expect(readRequestPayer({ 'x-amz-request-payer': 'bucket-owner' }, S3Query.empty)).toBe(false);
    expect(readRequestPayer({}, S3Query.empty)).toBe(false);
  });
});

describe('expected owner', () => {
  const read = (value?: string) =>
    readExpectedOwner({ 'x-amz-source-expected-bucket-owner': value }, 'x-amz-source-expected-bucket-owner');
  it('is twelve digits', () => {
    expect(read('000000000001')).toBe('000000000001');
    expect(read()).toBeUndefined();
    expect(readExpectedOwner({ 'x-amz-source-expected-bucket-owner': '1' }, 'x-amz-expected-bucket-owner')).toBeUndefined();
    for (const value of ['', '0000', '0000000000020', 'abcd', 'aa000000000$', '١٢٣٤٥٦٧٨٩٠١٢']) {
      expect(errorOf(() => read(value))).toMatchObject({ code: 'InvalidBucketOwnerAWSAccountID', status: 400 });
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { StsForm } from './sts-form.js';

const OWN = '111111111111';
const form = (fields: Record<string, string>) => new StsForm(String(new URLSearchParams({ Action: 'AssumeRole', ...fields })));
const arn = (name: string, account = OWN) => `arn:aws:iam::${account}:policy/${name}`;

describe('policies that cap a session', () => {
  it('count, whichever numbers they have', () => {
    expect(form({}).policyNames(OWN)).toEqual([]);
    expect(form({ 'PolicyArns.member.2.arn': arn('a'), 'PolicyArns.member.10.arn': arn('read', 'aws') }).policyNames(OWN)).toEqual(['a', 'read']);
  });

  it.each([
    ['an eleventh', { 'PolicyArns.member.1.arn': arn('a'), 'PolicyArns.member.11.arn': arn('b') }],
    ['a name that is nearly right', { 'PolicyArns.member.1': arn('a') }],
    ['other letters', { 'policyarns.member.1.arn': arn('a') }],
    ['what is no policy', { 'PolicyArns.member.1.arn': 'arn:aws:iam::111111111111:role/a' }],
    ['a policy of another account', { 'PolicyArns.member.1.arn': arn('a', '222222222222') }],
  ])('are refused rather than overlooked: %s', (_what, fields) => {
    expect(() => form(fields as Record<string, string>).policyNames(OWN)).toThrow(/^PolicyArns/);
  });
});

describe('a form', () => {
  it('says everything once', () => {
    expect(() => new StsForm('Policy=%7B%7D&Policy=')).toThrow('stands there twice');
    expect(() => new StsForm(Array.from({ length: 65 }, (_, i) => `f${i}=x`).join('&'))).toThrow('too much');
  });
});

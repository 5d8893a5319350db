import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import type { S3Error } from '../errors/s3-error.js';
import { parseIsoDate } from '../headers/iso-date.js';
import {
  checkBypassApplicable,
  readBucketLockHeader,
  readBypassGovernance,
  readLockHeaders,
  writeLockHeaders,
} from './lock-headers.js';
import { parseObjectLockConfiguration } from './parse-lock-configuration.js';
import { checkRetainUntil, parseLegalHold, parseRetention } from './parse-retention.js';
import { renderLegalHold, renderObjectLockConfiguration, renderRetention } from './render-locks.js';

function errorOf(run: () => unknown): S3Error | undefined {
  try {
    run();
  } catch (error) {
    return error as S3Error;
  }
  return undefined;
}

const UNTIL = Date.UTC(2030, 0, 2, 3, 4, 5, 678);
const UNTIL_TEXT = '2030-01-02T03:04:05.678Z';
const xml = (root: string, content: string): Buffer =>
  Buffer.from(`<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`);

describe('parseIsoDate', () => {
  it.each([
    [UNTIL_TEXT, UNTIL],
    ['2030-01-02T03:04:05.6789999Z', UNTIL],
    ['2030-01-02T03:04:05Z', UNTIL - 678],
    ['2030-01-02T03:04:05.6Z', UNTIL - 78],
    ['2030-01-02T04:34:05.678+01:30', UNTIL],
    ['2030-01-02T02:04:05.678-0100', UNTIL],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
  ])('%s', (text, time) => {
    expect(parseIsoDate(text)).toBe(time);
  });
  it.each([
    '', '2030-01-02', '2030-01-02 03:04:05', '2030-01-02T03:04:05', '2030-02-29T00:00:00Z', '2030-13-01T00:00:00Z',
    '2030-01-02T24:00:00Z', '2030-01-02T03:04:60Z', '2030-01-02T03:04:05+24:00', '0050-01-01T00:00:00Z', '+002030-01-02T03:04:05Z',
    `2030-01-02T03:04:05.${'0'.repeat(100)}Z`,
  ])('no date: %j', (text) => {
    expect(parseIsoDate(text)).toBeUndefined();
  });
});

describe('parseObjectLockConfiguration', () => {
  const ENABLED = '<ObjectLockEnabled>Enabled</ObjectLockEnabled>';
  const rule = (content: string): string => `${ENABLED}<Rule><DefaultRetention>${content}</DefaultRetention></Rule>`;
  const put = (content: string) => parseObjectLockConfiguration(xml('ObjectLockConfiguration', content));
  it('reads a rule and none', () => {
    expect(put(ENABLED)).toEqual({});
    expect(put(rule('<Mode>GOVERNANCE</Mode><Days>36500</Days>'))).toEqual({ defaultRetention: { mode: 'GOVERNANCE', days: 36_500 } });
    expect(put(rule('<Years>100</Years><Mode>COMPLIANCE</Mode>'))).toEqual({ defaultRetention: { mode: 'COMPLIANCE', years: 100 } });
    for (const retention of [undefined, { mode: 'GOVERNANCE', days: 1 } as const, { mode: 'COMPLIANCE', years: 2 } as const]) {
      expect(parseObjectLockConfiguration(Buffer.from(renderObjectLockConfiguration(retention)))).toEqual(
        retention === undefined ? {} : { defaultRetention: retention },
      );
    }
  });
  it.each([
    ['nothing', ''],
    ['not enabled', '<ObjectLockEnabled>Disabled</ObjectLockEnabled>'],
    ['a rule alone', rule('<Mode>GOVERNANCE</Mode><Days>1</Days>').slice(ENABLED.length)],
    ['an empty rule', `${ENABLED}<Rule/>`],
    ['an empty retention', rule('')],
    ['a mode alone', rule('<Mode>GOVERNANCE</Mode>')],
    ['days alone', rule('<Days>1</Days>')],
    ['another mode', rule('<Mode>governance</Mode><Days>1</Days>')],
    ['days and years', rule('<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>')],
    ['days twice', rule('<Mode>GOVERNANCE</Mode><Days>1</Days><Days>1</Days>')],
    ['half a day', rule('<Mode>GOVERNANCE</Mode><Days>0.5</Days>')],
    ['no number', rule('<Mode>GOVERNANCE</Mode><Days>one</Days>')],
    ['two rules', rule('<Mode>GOVERNANCE</Mode><Days>1</Days>') + '<Rule/>'],
    ['another element', `${ENABLED}<Other/>`],
  ])('refuses %s', (_name, content) => {
    expect(errorOf(() => put(content))?.code).toBe('MalformedXML');
  });
  it.each(['<Days>0</Days>', '<Days>-1</Days>', '<Years>0</Years>', '<Days>36501</Days>', '<Years>101</Years>', '<Days>9999999999</Days>'])(
    'refuses %s',
    (period) => {
      expect(errorOf(() => put(rule(`<Mode>GOVERNANCE</Mode>${period}`)))).toMatchObject({ code: 'InvalidRetentionPeriod', status: 400 });
    },
  );
  it('knows no event holds', () => {
    expect(errorOf(() => put(rule('<DefaultEventHold><Days>1</Days></DefaultEventHold>')))?.code).toBe('NotImplemented');
  });
});

describe('parseRetention', () => {
  const put = (content: string) => parseRetention(xml('Retention', content));
  it('reads one and its removal', () => {
    expect(put(`<Mode>COMPLIANCE</Mode><RetainUntilDate>${UNTIL_TEXT}</RetainUntilDate>`)).toEqual({ mode: 'COMPLIANCE', until: UNTIL });
    expect(put('')).toBeNull();
    const retention = { mode: 'GOVERNANCE', until: UNTIL } as const;
    expect(renderRetention(retention)).toContain(`<Mode>GOVERNANCE</Mode><RetainUntilDate>${UNTIL_TEXT}</RetainUntilDate>`);
    expect(parseRetention(Buffer.from(renderRetention(retention)))).toEqual(retention);
  });
  it.each([
    ['a mode alone', '<Mode>GOVERNANCE</Mode>'],
    ['a date alone', `<RetainUntilDate>${UNTIL_TEXT}</RetainUntilDate>`],
    ['another mode', `<Mode>governance</Mode><RetainUntilDate>${UNTIL_TEXT}</RetainUntilDate>`],
    ['no date', '<Mode>GOVERNANCE</Mode><RetainUntilDate>tomorrow</RetainUntilDate>'],
    ['two modes', `<Mode>GOVERNANCE</Mode><Mode>GOVERNANCE</Mode><RetainUntilDate>${UNTIL_TEXT}</RetainUntilDate>`],
    ['another element', '<Other/>'],
  ])('refuses %s', (_name, content) => {
    expect(errorOf(() => put(content))?.code).toBe('MalformedXML');
  });
  it('refuses no document, another one, and event holds', () => {
    expect(errorOf(() => parseRetention(Buffer.from('')))?.code).toBe('MalformedXML');
    expect(errorOf(() => parseRetention(xml('LegalHold', '')))?.code).toBe('MalformedXML');
    expect(errorOf(() => put('<EventHold>ON</EventHold>'))?.code).toBe('NotImplemented');
  });
  it('must be to come', () => {
    const retention = { mode: 'GOVERNANCE', until: UNTIL } as const;
    checkRetainUntil(retention, UNTIL - 1);
    expect(errorOf(() => checkRetainUntil(retention, UNTIL))).toMatchObject({
      code: 'InvalidArgument',
      message: 'The retain until date must be in the future!',
      fields: { ArgumentName: 'RetainUntilDate', ArgumentValue: UNTIL_TEXT },
    });
  });
});

describe('parseLegalHold', () => {
  const put = (content: string) => parseLegalHold(xml('LegalHold', content));
  it('is on or off', () => {
    expect(put('<Status>ON</Status>')).toBe(true);
    expect(put('<Status>OFF</Status>')).toBe(false);
    for (const on of [true, false]) expect(parseLegalHold(Buffer.from(renderLegalHold(on)))).toBe(on);
  });
  it.each(['', '<Status/>', '<Status>on</Status>', '<Status>ON</Status><Status>ON</Status>', '<Other/>'])('refuses %j', (content) => {
    expect(errorOf(() => put(content))?.code).toBe('MalformedXML');
  });
  it('refuses no document', () => {
    expect(errorOf(() => parseLegalHold(Buffer.from('')))?.code).toBe('MalformedXML');
  });
});

describe('lock headers', () => {
  it('are read and written', () => {
    const headers = {
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': UNTIL_TEXT,
      'x-amz-object-lock-legal-hold': 'OFF',
    };
    const read = readLockHeaders(headers);
    expect(read).toEqual({ retention: { mode: 'GOVERNANCE', until: UNTIL }, legalHold: false });
    const answer: Record<string, string> = {};
    writeLockHeaders(read, answer);
    expect(answer).toEqual(headers);
    const none: Record<string, string> = {};
    writeLockHeaders({}, none);
    expect(none).toEqual({});
    expect(readLockHeaders({})).toEqual({});
  });

  it.each<[IncomingHttpHeaders, string, string]>([
    [
      { 'x-amz-object-lock-mode': 'BAD-VALUE' },
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      'x-amz-object-lock-retain-until-date',
    ],
    [
      { 'x-amz-object-lock-retain-until-date': UNTIL_TEXT },
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      'x-amz-object-lock-mode',
    ],
    [
      { 'x-amz-object-lock-mode': 'BAD-VALUE', 'x-amz-object-lock-retain-until-date': UNTIL_TEXT },
      'Unknown wormMode directive.',
      'x-amz-object-lock-mode',
    ],
    [
      { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': '2030' },
      'The retain until date must be provided in ISO 8601 format',
      'x-amz-object-lock-retain-until-date',
    ],
    [{ 'x-amz-object-lock-legal-hold': 'on' }, "Legal Hold must be either of 'ON' or 'OFF'", 'x-amz-object-lock-legal-hold'],
  ])('refuses %j', (headers, message, argument) => {
    const error = errorOf(() => readLockHeaders(headers));
    expect(error).toMatchObject({ code: 'InvalidArgument', message });
    expect(error?.fields['ArgumentName']).toBe(argument);
  });

  it('say whether governance is bypassed', () => {
    expect(readBypassGovernance({ 'x-amz-bypass-governance-retention': 'True' })).toBe(true);
    expect(readBypassGovernance({ 'x-amz-bypass-governance-retention': '1' })).toBe(false);
    expect(readBypassGovernance({})).toBe(false);
    checkBypassApplicable({}, false);
    checkBypassApplicable({ 'x-amz-bypass-governance-retention': 'false' }, true);
    expect(errorOf(() => checkBypassApplicable({ 'x-amz-bypass-governance-retention': 'false' }, false))?.code).toBe('InvalidArgument');
  });

  it('say whether a bucket is to have locks', () => {
    expect(readBucketLockHeader({ 'x-amz-bucket-object-lock-enabled': 'TRUE' })).toBe(true);
    expect(readBucketLockHeader({ 'x-amz-bucket-object-lock-enabled': 'false' })).toBe(false);
    expect(readBucketLockHeader({})).toBe(false);
    expect(errorOf(() => readBucketLockHeader({ 'x-amz-bucket-object-lock-enabled': 'yes' }))?.code).toBe('InvalidArgument');
  });
});

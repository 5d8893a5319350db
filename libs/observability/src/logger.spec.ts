import { describe, expect, it } from '@jest/globals';
import { StoreError } from '@zas/plugin-api';
import { createLogger, type LogLevel } from './logger.js';

function recording(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const logger = createLogger({ level, write: (line) => lines.push(line), clock: { now: () => 0 } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

describe('createLogger', () => {
  it('writes one JSON object a line', () => {
    const { logger, lines } = recording();
    logger.info('hello\nworld', { bytes: 3, ok: true, none: undefined, nothing: null, big: 7n, nan: Number.NaN });
    expect(lines).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"hello\\nworld","bytes":3,"ok":true,"nothing":null,"big":"7","nan":"NaN"}\n',
    ]);
  });

  it('adds the fields of a child to each of its lines', () => {
    const { logger, last } = recording();
    logger.child({ plugin: 'a' }).child({ requestId: 'r' }).warn('m', { x: 1 });
    expect(last()).toMatchObject({ plugin: 'a', requestId: 'r', x: 1, level: 'warn' });
  });

  it('prints secrets as stars at every depth', () => {
    const { logger, lines } = recording();
    logger.info('m', { secretAccessKey: 'hush', headers: { Authorization: 'hush', list: [{ password: 'hush' }] } });
    expect(lines.join('')).not.toContain('hush');
    expect(lines.join('')).toContain('***');
  });

  it('renders errors with message, code, details, stack and cause', () => {
    const { logger, last } = recording();
    const error = new StoreError('no-space', 'full', { details: { plugin: 'p' }, cause: new Error('ENOSPC') });
    logger.error('failed', { error });
    expect(last()).toMatchObject({ error: { message: 'full', code: 'no-space', details: { plugin: 'p' }, cause: { message: 'ENOSPC' } } });
  });

  it('bounds texts, depth and bytes', () => {
    const { logger, lines, last } = recording();
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    logger.info('m', { long: 'x'.repeat(100_000), loop, bytes: new Uint8Array(5) });
    expect(lines[0]?.length).toBeLessThan(10_000);
    expect(last()).toMatchObject({ bytes: '<5 bytes>' });
  });

  it('does not let a field stand in for time, level or message', () => {
    const { logger, last } = recording();
    logger.info('real', { message: 'other', level: 'fatal' });
    expect(last()).toMatchObject({ message: 'real', level: 'info', message_: 'other', level_: 'fatal' });
  });

  it('writes nothing below its level', () => {
    const { logger, lines } = recording('warn');
    logger.debug('a');
    logger.info('b');
    logger.child({ c: 1 }).info('d');
    expect(lines).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { isLoopback, parseMilliseconds, parseSetting, SETTINGS, variableOf } from './settings.js';

const named = (name: string) => SETTINGS.find((setting) => setting.name === name)!;

describe('settings', () => {
  it('have defaults that they understand', () => {
    const defaults = SETTINGS.filter(({ byDefault }) => byDefault !== '').map((setting) => [setting.name, parseSetting(setting, setting.byDefault)]);
    expect(Object.fromEntries(defaults)).toMatchObject({ size: 4096, 'part-size': 5 * 1024 * 1024, 'layer-size': 262_144, objects: 200, keys: 20 });
    expect(SETTINGS.filter(({ byDefault }) => byDefault === '').map(({ name }) => name)).toEqual(['think']);
  });

  it.each([
    ['size', '0'],
    ['size', '4KB'],
    ['size', '-1'],
    ['size', '1.5MiB'],
    ['objects', '1e3'],
    ['objects', '0'],
    ['think', '5'],
    ['think', 'soon'],
  ])('refuse --%s %s', (name, text) => {
    expect(() => parseSetting(named(name), text)).toThrow(`--${name} does not understand ${JSON.stringify(text)}`);
  });

  it('read sizes and times', () => {
    expect([parseSetting(named('size'), '1GiB'), parseSetting(named('size'), '7'), parseSetting(named('size'), '7B')]).toEqual([1024 ** 3, 7, 7]);
    expect(['250ms', '1.5s', '30m', '2h', '1d', ''].map(parseMilliseconds)).toEqual([250, 1500, 1_800_000, 7_200_000, undefined, undefined]);
  });

  it('are variables of the scenarios', () => {
    expect(variableOf('part-size')).toBe('LOAD_PART_SIZE');
  });
});

describe('isLoopback', () => {
  it.each(['http://127.0.0.1:9000', 'http://127.8.9.1', 'https://localhost:9000/', 'HTTP://LOCALHOST', 'http://[::1]:9000'])('knows %s', (endpoint) => {
    expect(isLoopback(endpoint)).toBe(true);
  });

  it.each([
    'http://example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://127.0.0.1@example.com',
    'http://example.com#127.0.0.1',
    'http://127.0.0.1/path',
    'http://[::2]:9000',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'localhost',
    '',
  ])('takes %s for what is elsewhere', (endpoint) => {
    expect(isLoopback(endpoint)).toBe(false);
  });
});

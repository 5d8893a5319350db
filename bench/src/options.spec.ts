import { describe, expect, it } from '@jest/globals';
import { GROUPS, readOptions, type MeasureOptions } from './options.js';

const measure = (...args: string[]) => readOptions(args) as MeasureOptions;
const PEER = ['--endpoint', 'http://127.0.0.1:9000', '--access', 'k', '--secret', 's'];

describe('readOptions', () => {
  it('measures everything by default', () => {
    const options = measure();
    expect(options).toMatchObject({ command: 'measure', clients: [1, 4, 16, 64], largeClients: [1, 4], rounds: 1, label: 'ours' });
    expect([...options.only]).toEqual([...GROUPS['stores']!, ...GROUPS['http']!, ...GROUPS['oci']!, ...GROUPS['decisions']!]);
  });

  it('reads what is asked for', () => {
    const options = measure('--only', 'put4k,stores', '--clients', '2,8', '--seconds', '0.5', '--rounds', '3');
    expect(options).toMatchObject({ clients: [2, 8], largeClients: [2, 8], httpSeconds: 0.5, storeSeconds: 0.5, rounds: 3 });
    expect([...options.only]).toEqual(['put4k', ...GROUPS['stores']!]);
  });

  it('measures HTTP only at an endpoint', () => {
    const options = measure(...PEER, '--pid', '42');
    expect([...options.only]).toEqual(GROUPS['http']);
    expect(options).toMatchObject({ label: 'peer', peer: { endpoint: 'http://127.0.0.1:9000', accessKeyId: 'k', secret: 's', region: 'us-east-1', pid: 42 } });
  });

  it('reads the commands', () => {
    expect(readOptions(['seed', '--objects', '5', '--bucket', 'b', '--data-dir', 'd', '--versions', '2', '--deleted'])).toEqual({
      command: 'seed',
      bucket: 'b',
      dataDir: 'd',
      objects: 5,
      versions: 2,
      deleted: true,
    });
    expect(readOptions(['start'])).toEqual({ command: 'start', objects: 100_000, rounds: 5 });
    expect(readOptions(['start', '--objects', '0', '--help'])).toEqual({ command: 'help' });
    expect(readOptions(['catalog', '--repositories', '5000'])).toEqual({ command: 'catalog', repositories: 5_000, rounds: 5 });
    expect(readOptions(['micro', '--help'])).toEqual({ command: 'micro', args: ['--help'] });
    expect(readOptions(['headline', '--markdown', 'f'])).toEqual({ command: 'headline', rounds: 3, markdown: 'f' });
  });

  it('measures bodies of 1 KiB only when they are named', () => {
    expect([...measure().only]).not.toContain('put1k');
    expect([...measure('--only', 'put1k,get1k').only]).toEqual(['put1k', 'get1k']);
  });

  it.each([
    ['--unknown'],
    ['word'],
    ['--clients', '0'],
    ['--clients', '1,'],
    ['--clients', '1e3'],
    ['--seconds', '0'],
    ['--seconds', '-1'],
    ['--rounds', '1.5'],
    ['--only', 'put4k,nothing'],
    ['--only', 'toString'],
    ['--pid', '1'],
    ['--endpoint', 'http://127.0.0.1:9000'],
    [...PEER, '--only', 'stores'],
    [...PEER, '--only', 'decide-hit'],
    ['catalog', '--repositories', '3'],
    [...PEER, '--cpu-prof', 'x'],
    ['--endpoint', 'ftp://127.0.0.1', '--access', 'k', '--secret', 's'],
    ['seed', '--bucket', 'b'],
    ['seed', '--bucket', 'b', '--data-dir', 'd', '--seconds', '1'],
    ['start', '--versions', '1'],
    ['headline', '--seconds', '1'],
  ])('refuses %s %s', (...args) => {
    expect(() => readOptions(args)).toThrow(expect.objectContaining({ name: 'TypeError' }));
  });
});

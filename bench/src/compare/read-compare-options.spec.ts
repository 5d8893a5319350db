import { describe, expect, it } from '@jest/globals';
import { PEERS } from './peers.js';
import { COMPARE_HELP, readCompareOptions } from './read-compare-options.js';

const PLACE = { dataDir: '/data', port: 4001, sparePort: 4002, accessKeyId: 'key', secret: 'secret' };

describe('readCompareOptions', () => {
  it('compares with all peers by default', () => {
    expect(readCompareOptions([])).toMatchObject({ peers: PEERS, clients: [1, 16], largeClients: [4], seconds: 3, rounds: 3 });
  });

  it('takes names, works and groups of works', () => {
    const options = readCompareOptions(['minio', 'registry', 'minio', '--only', 'put4k,oci', '--clients', '4', '--seconds', '0.5', '--rounds', '2', '--svg', 'a.svg', '--markdown', 'a.md', '--json', 'a.json'])!;
    expect(options.peers.map(({ name }) => name)).toEqual(['minio', 'registry']);
    expect(options.works).toEqual(expect.arrayContaining(['put4k', 'manifest-put', 'pull10m']));
    expect(options.works).not.toContain('get4k');
    expect(options).toMatchObject({ clients: [4], largeClients: [4], seconds: 0.5, rounds: 2, svg: 'a.svg', markdown: 'a.md', json: 'a.json' });
  });

  it('names what was probably meant, and helps', () => {
    expect(() => readCompareOptions(['mino'])).toThrow('did you mean "minio"?');
    expect(() => readCompareOptions(['--only', 'put4'])).toThrow('did you mean "put4k"?');
    expect(readCompareOptions(['--help'])).toBeUndefined();
    for (const { name, howToGet } of PEERS) for (const text of [name, howToGet]) expect(COMPARE_HELP).toContain(text);
  });

  it.each([[['nobody']], [['--only', 'mixed']], [['--rounds', '0']], [['--seconds', '0']], [['--unknown']]])('refuses %j', (args) => {
    expect(() => readCompareOptions(args)).toThrow(expect.objectContaining({ name: 'TypeError' }));
  });
});

describe('peers', () => {
  it.each(PEERS.map((peer) => [peer.name, peer] as const))('%s listens on loopback alone, and keeps its data in the folder that it was given', (_, peer) => {
    const { args, env = {}, config = '' } = peer.launch(PLACE, '/config');
    const said = [...args, ...Object.values(env), config].join(' ');
    expect(said).toContain('/data');
    expect(said).toContain('4001');
    expect(said).toContain('127.0.0.1');
    expect(said).not.toMatch(/0\.0\.0\.0|\[::\]|"address":""/);
  });
});

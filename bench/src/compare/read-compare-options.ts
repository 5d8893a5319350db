import { parseArgs } from 'node:util';
import { didYouMean } from '@zas/config';
import { OCI_WORKS } from '../http/oci-works.js';
import { EXTRA_WORKS, isOci, S3_WORKS, type WorkName } from '../http/works.js';
import { readNumber, readSeconds } from '../read-values.js';
import { PEERS, type Peer } from './peers.js';

/** Without those that say the same again. */
const DEFAULT_OCI_WORKS = ['manifest-get-tag', 'manifest-head-digest', 'manifest-put', 'blob-head', 'tags200', 'push1m', 'pull1m', 'push10m', 'pull10m'] as const;
const DEFAULT_S3_WORKS = ['put4k', 'get4k', 'head', 'list1000', 'list-prefixes', 'delete4k', 'put1m', 'get1m', 'put64m', 'get64m'] as const;
const DEFAULT_WORKS: readonly WorkName[] = [...DEFAULT_S3_WORKS, ...DEFAULT_OCI_WORKS];
const KNOWN_WORKS: readonly WorkName[] = [...S3_WORKS, ...EXTRA_WORKS, ...OCI_WORKS];

export interface CompareOptions {
  readonly peers: readonly Peer[];
  readonly works: readonly WorkName[];
  readonly clients: readonly number[];
  readonly largeClients: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
  readonly json?: string;
  readonly svg?: string;
  readonly markdown?: string;
}

/** @returns `undefined` when help is wanted @throws TypeError for wrong arguments */
export function readCompareOptions(args: readonly string[]): CompareOptions | undefined {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { only: text, rounds: text, seconds: text, clients: text, json: text, svg: text, markdown: text, help: { type: 'boolean' } },
  });
  if (values.help === true) return undefined;
  const clients = values.clients?.split(',').map((part) => readNumber('clients', part, 1, 1000));
  return {
    peers: positionals.length === 0 ? PEERS : [...new Set(positionals)].map(findPeer),
    works: readWorks(values.only),
    clients: clients ?? [1, 16],
    largeClients: clients ?? [4],
    seconds: values.seconds === undefined ? 3 : readSeconds(values.seconds),
    rounds: readNumber('rounds', values.rounds ?? '3', 1, 100),
    json: values.json,
    svg: values.svg,
    markdown: values.markdown,
  };
}

function findPeer(name: string): Peer {
  const names = PEERS.map((peer) => peer.name);
  const peer = PEERS.find((one) => one.name === name);
  if (!peer) throw new TypeError(`There is no peer ${JSON.stringify(name)}${didYouMean(name, names)}; there are ${names.join(', ')}`);
  return peer;
}

function readWorks(text: string | undefined): readonly WorkName[] {
  if (text === undefined) return DEFAULT_WORKS;
  return text.split(',').flatMap((name) => {
    if (name === 's3' || name === 'oci') return DEFAULT_WORKS.filter((work) => isOci(work) === (name === 'oci'));
    const work = KNOWN_WORKS.find((one) => one === name);
    if (!work) throw new TypeError(`--only does not know ${JSON.stringify(name)}${didYouMean(name, KNOWN_WORKS)}`);
    return [work];
  });
}

export const COMPARE_HELP = `Usage: npm run bench:compare -- [PEER …] [options]

Starts this server and its peers with their defaults, each on a fresh folder, and
drives all with the same load in turns: requests a second, processor time of one
operation, peak memory, time to the first answer, and the ratios of them.

Peers, found on the PATH; without a name all of them:
${PEERS.map(({ name, protocols, howToGet }) => `  ${name.padEnd(10)} ${protocols.join(', ').padEnd(4)} ${howToGet}`).join('\n')}

  --only NAME,…      these works or groups only: s3, oci,
                     ${[...S3_WORKS, ...EXTRA_WORKS].join(', ')},
                     ${OCI_WORKS.join(', ')}
  --clients N,…      clients at the same time; default 1,16 (large bodies: 4)
  --seconds N        length of one measurement; default 3
  --rounds N         each server once a round, another one first each time; default 3
  --json FILE        all figures; default bench/results/compare.json
  --markdown FILE    the tables, in the document's place for them: between <!-- compare --> and <!-- /compare -->
  --svg FILE         a chart of the ratios

Exit code: 0; 1 when none of the named peers is there or a request to this server
was answered wrongly; 2 for wrong arguments.
`;

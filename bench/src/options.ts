import { parseArgs } from 'node:util';
import { DECISION_WORKS } from './decisions/work-names.js';
import { OCI_WORKS } from './http/oci-works.js';
import { S3_WORKS, EXTRA_WORKS } from './http/works.js';
import { readNumber, readSeconds } from './read-values.js';
import { BLOB_WORKS, METADATA_WORKS } from './stores/work-names.js';

export const HELP = `Usage: npm run bench -- [options]
       npm run bench -- seed --bucket NAME --data-dir DIR [--objects N] [--versions K] [--deleted]
       npm run bench -- start [--objects N] [--rounds N]
       npm run bench -- scale [--objects N] [--rounds N]
       npm run bench -- catalog [--repositories N] [--rounds N]
       npm run bench -- micro [--help]
       npm run bench -- headline [--rounds N] [--markdown FILE]

Measures the stores through their contracts, then a fresh server over HTTP:
rates, latencies and processor time per operation. Tables go to standard output.

  --only NAME,…      these works or groups only: stores, http, oci, decisions, ${METADATA_WORKS.join(', ')},
                     ${BLOB_WORKS.join(', ')}, ${S3_WORKS.join(', ')}, mixed,
                     ${EXTRA_WORKS.join(', ')} (only when named),
                     ${OCI_WORKS.join(', ')},
                     ${DECISION_WORKS.join(', ')}
  --clients N,…      clients of the HTTP runs; default 1,4,16,64 (large bodies: 1,4)
  --seconds N        length of one measurement; default 3 (HTTP) and 1 (stores)
  --rounds N         how often; figures are medians over the rounds; default 1
  --quick            few and short measurements: that everything works, not how fast
  --json FILE        where the figures go; default bench/results/latest.json
  --cpu-prof DIR     let the server leave a CPU profile there
  --label NAME       name of the server in the table; default ours
  --endpoint URL     measure this S3 server or registry instead of starting one; no stores then
  --access KEY --secret SECRET --region NAME
                     of that server
  --pid PID          its process; the whole tree below it is counted

seed fills a data folder of a stopped server through the metadata contract:
  --objects N        keys; default 100000
  --versions K       versions of each key, in a bucket with versioning; default 1
  --deleted          then a delete marker on each key

start measures the time from process start to the first 200 of /health/ready.

scale compares requests that answer as many entries, on a small and on a large
bucket (N objects, 1000000 by default; a tenth as many common prefixes), on one
whose keys were all deleted but a thousand, and for a key with a tenth as many
versions; and repositories of 1,000 and a tenth as many tags and referrers:
processor time of the server and the ratio.

micro measures parts of the server by themselves; headline prints a few figures
beside those of the first attempt, also into FILE, between <!-- headline --> and
<!-- /headline -->.

catalog compares the catalog for a caller who may see three repositories of 1,000
with that of one who may see three of N, 100000 by default.

Exit code: 0 when every request was answered rightly, 1 otherwise, 2 for wrong arguments.
`;

export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  stores: [...METADATA_WORKS, ...BLOB_WORKS],
  http: [...S3_WORKS, 'mixed'],
  oci: OCI_WORKS,
  decisions: DECISION_WORKS,
};

/** A running S3 server or registry to measure. */
export interface Peer {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secret: string;
  readonly region: string;
  readonly pid?: number;
}

export interface MeasureOptions {
  readonly command: 'measure';
  /** Names of works, without groups. */
  readonly only: ReadonlySet<string>;
  readonly clients: readonly number[];
  readonly largeClients: readonly number[];
  readonly httpSeconds: number;
  readonly storeSeconds: number;
  readonly rounds: number;
  readonly json?: string;
  readonly profileDir?: string;
  readonly label: string;
  readonly peer?: Peer;
}

export interface SeedOptions {
  readonly command: 'seed';
  readonly bucket: string;
  readonly dataDir: string;
  readonly objects: number;
  readonly versions: number;
  readonly deleted: boolean;
}

export interface StartOptions {
  readonly command: 'start';
  readonly objects: number;
  readonly rounds: number;
}

export interface ScaleOptions {
  readonly command: 'scale';
  readonly objects: number;
  readonly rounds: number;
}

export interface CatalogOptions {
  readonly command: 'catalog';
  readonly repositories: number;
  readonly rounds: number;
}

export interface HeadlineOptions {
  readonly command: 'headline';
  readonly rounds: number;
  readonly markdown?: string;
}

/** Read where they are used. */
export interface MicroArguments {
  readonly command: 'micro';
  readonly args: readonly string[];
}

export type Options = MicroArguments | CatalogOptions | ScaleOptions | MeasureOptions | SeedOptions | StartOptions | HeadlineOptions | { readonly command: 'help' };

/** @throws TypeError for wrong arguments */
export function readOptions(args: readonly string[]): Options {
  const [command = ''] = args;
  if (command === 'micro') return { command, args: args.slice(1) };
  if (args.includes('--help')) return { command: 'help' };
  if (command === 'seed') return readSeed(args.slice(1));
  if (command === 'start') return { command, ...readRepeated(args.slice(1), '100000', '5', 0) };
  if (command === 'scale') return { command, ...readRepeated(args.slice(1), '1000000', '5', 10_000) };
  if (command === 'catalog') return readCatalog(args.slice(1));
  if (command === 'headline') return { command, ...readHeadline(args.slice(1)) };
  return readMeasure(args);
}

function readMeasure(args: readonly string[]): MeasureOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: text,
      clients: text,
      seconds: text,
      rounds: text,
      json: text,
      label: text,
      endpoint: text,
      access: text,
      secret: text,
      region: text,
      pid: text,
      'cpu-prof': text,
      quick: { type: 'boolean' },
    },
  });
  const quick = values.quick === true;
  const peer = readPeer(values);
  const clients = values.clients?.split(',').map((part) => readNumber('clients', part, 1, 1000));
  const seconds = values.seconds === undefined ? undefined : readSeconds(values.seconds);
  return {
    command: 'measure',
    only: readOnly(values.only, peer !== undefined),
    clients: clients ?? (quick ? [4] : [1, 4, 16, 64]),
    largeClients: clients ?? (quick ? [1] : [1, 4]),
    httpSeconds: seconds ?? (quick ? 0.3 : 3),
    storeSeconds: seconds ?? (quick ? 0.1 : 1),
    rounds: readNumber('rounds', values.rounds ?? '1', 1, 100),
    json: values.json,
    profileDir: values['cpu-prof'],
    label: values.label ?? (peer ? 'peer' : 'ours'),
    peer,
  };
}

function readOnly(text: string | undefined, peer: boolean): ReadonlySet<string> {
  const all: readonly string[] = [...Object.values(GROUPS).flat(), ...EXTRA_WORKS];
  const names = text?.split(',') ?? (peer ? ['http'] : Object.keys(GROUPS));
  const unknown = names.find((name) => !Object.hasOwn(GROUPS, name) && !all.includes(name));
  if (unknown !== undefined) throw new TypeError(`--only does not know ${JSON.stringify(unknown)}`);
  const works = names.flatMap((name) => GROUPS[name] ?? [name]);
  const own = [...GROUPS['stores']!, ...DECISION_WORKS];
  if (peer && works.some((name) => own.includes(name))) throw new TypeError('Stores and decisions are measured here, not at an --endpoint');
  return new Set(works);
}

function readPeer(values: { endpoint?: string; access?: string; secret?: string; region?: string; pid?: string; 'cpu-prof'?: string }): Peer | undefined {
  const { endpoint, access, secret, region, pid } = values;
  if (endpoint === undefined) {
    if (access ?? secret ?? region ?? pid) throw new TypeError('--access, --secret, --region and --pid want an --endpoint');
    return undefined;
  }
  if (!URL.canParse(endpoint) || new URL(endpoint).protocol !== 'http:') throw new TypeError('--endpoint wants an http:// URL');
  if (access === undefined || secret === undefined) throw new TypeError('--endpoint wants --access and --secret');
  if (values['cpu-prof'] !== undefined) throw new TypeError('--cpu-prof is for a server started here');
  return { endpoint, accessKeyId: access, secret, region: region ?? 'us-east-1', pid: pid === undefined ? undefined : readNumber('pid', pid, 1) };
}

function readSeed(args: readonly string[]): SeedOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { objects: text, bucket: text, 'data-dir': text, versions: text, deleted: { type: 'boolean' } },
  });
  const { bucket, 'data-dir': dataDir } = values;
  if (bucket === undefined || dataDir === undefined) throw new TypeError('seed wants --bucket and --data-dir');
  return {
    command: 'seed',
    bucket,
    dataDir,
    objects: readNumber('objects', values.objects ?? '100000', 1),
    versions: readNumber('versions', values.versions ?? '1', 1),
    deleted: values.deleted === true,
  };
}

function readRepeated(args: readonly string[], objects: string, rounds: string, least: number): { objects: number; rounds: number } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { objects: text, rounds: text } });
  return { objects: readNumber('objects', values.objects ?? objects, least), rounds: readNumber('rounds', values.rounds ?? rounds, 1, 100) };
}

function readHeadline(args: readonly string[]): { rounds: number; markdown?: string } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { rounds: text, markdown: text } });
  return { rounds: readNumber('rounds', values.rounds ?? '3', 1, 100), markdown: values.markdown };
}

function readCatalog(args: readonly string[]): CatalogOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { repositories: text, rounds: text } });
  return {
    command: 'catalog',
    repositories: readNumber('repositories', values.repositories ?? '100000', 1_000),
    rounds: readNumber('rounds', values.rounds ?? '5', 1, 100),
  };
}

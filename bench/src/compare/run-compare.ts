import { BUCKET, measureSubject } from '../http/run-http.js';
import { isOci } from '../http/works.js';
import type { Row } from '../report/rows.js';
import { ROOT_KEYS } from '../server/server-process.js';
import type { ProtocolRounds, Turn } from './comparison.js';
import { startOurs, startPeer, type Contender } from './peer-process.js';
import { OURS, type Peer, type Protocol } from './peers.js';
import type { CompareOptions } from './read-compare-options.js';

/** Before that some servers run code that is not compiled yet; all of them get it, and it is not measured. */
const WARM_UP = { works: { s3: ['put4k', 'get4k'], oci: ['manifest-put', 'pull1m'] }, clients: [4], largeClients: [4], httpSeconds: 2 } as const;

/** A peer that is here. */
export interface FoundPeer {
  readonly peer: Peer;
  /** Where its program lies. */
  readonly program: string;
}

interface Starter {
  readonly server: string;
  start(): Promise<Contender>;
}

/** Drives ours and the peers of each protocol in turns; with a protocol that no peer speaks nothing is done. */
export async function runCompare(options: CompareOptions, found: readonly FoundPeer[], say: (line: string) => void): Promise<readonly ProtocolRounds[]> {
  const results: ProtocolRounds[] = [];
  for (const protocol of ['s3', 'oci'] as const) {
    const peers = found.filter(({ peer }) => peer.protocols.includes(protocol));
    if (peers.length === 0 || !options.works.some((work) => protocolOf(work) === protocol)) continue;
    const starters: Starter[] = [
      { server: OURS, start: () => startOurs(protocol) },
      ...peers.map(({ peer, program }) => ({ server: peer.name, start: () => startPeer(peer, program, protocol) })),
    ];
    const rounds: Turn[][] = [];
    for (let round = 0; round < options.rounds; round++) {
      // Who goes first changes: what the machine does besides meets all.
      const order = starters.map((_, i) => starters[(i + round) % starters.length]!);
      const turns: Turn[] = [];
      for (const starter of order) {
        say(`round ${round + 1} of ${options.rounds}: ${starter.server}, ${protocol}`);
        turns.push(await takeTurn(starter, protocol, options, say));
      }
      rounds.push(turns);
    }
    results.push({ protocol, rounds });
  }
  return results;
}

async function takeTurn({ server, start }: Starter, protocol: Protocol, options: CompareOptions, say: (line: string) => void): Promise<Turn> {
  let contender: Contender;
  try {
    contender = await start();
  } catch (error) {
    return { server, rows: [], failure: (error as Error).message };
  }
  const { url, pid, startMs } = contender;
  const subject = { label: server, target: { endpoint: url, ...ROOT_KEYS, region: 'us-east-1', bucket: BUCKET }, pid };
  const { clients, largeClients, seconds: httpSeconds } = options;
  const rows: Row[] = [];
  const failures: string[] = [];
  try {
    // A look at whether it works needs none. What is refused here is refused, and told, below.
    if (httpSeconds >= WARM_UP.httpSeconds) await measureSubject(subject, { ...WARM_UP, only: new Set(WARM_UP.works[protocol]) }, () => undefined).catch(() => undefined);
    for (const work of options.works.filter((name) => protocolOf(name) === protocol)) {
      try {
        rows.push(...(await measureSubject(subject, { only: new Set([work]), clients, largeClients, httpSeconds }, say)));
      } catch (error) {
        // It refuses to prepare this one; the others are measured all the same.
        failures.push(`${work}: ${(error as Error).message}`);
      }
    }
  } finally {
    await contender.remove();
  }
  return { server, startMs, rows, failure: failures.length === 0 ? undefined : failures.join('; ') };
}

function protocolOf(work: Parameters<typeof isOci>[0]): Protocol {
  return isOci(work) ? 'oci' : 's3';
}

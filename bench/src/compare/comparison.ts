import { combineRounds, type Row } from '../report/rows.js';
import { median } from '../statistics.js';
import { OURS, type Protocol } from './peers.js';

/** One server in one round. */
export interface Turn {
  readonly server: string;
  readonly startMs?: number;
  readonly rows: readonly Row[];
  /** Why it could not be measured. */
  readonly failure?: string;
}

/** All rounds of the servers that speak one protocol. */
export interface ProtocolRounds {
  readonly protocol: Protocol;
  readonly rounds: readonly (readonly Turn[])[];
}

/** A line of the table: figures are medians over the rounds, ratios medians of the rounds' ratios. */
export interface ComparedRow extends Row {
  /** To ours, of operations a second. */
  readonly rateRatio?: number;
  /** To ours, of processor time of an operation. */
  readonly cpuRatio?: number;
}

export interface ComparedServer {
  readonly server: string;
  readonly startMs?: number;
  /** The largest of all works. */
  readonly peakMegabytes?: number;
  readonly failures: readonly string[];
}

export interface Comparison {
  readonly protocol: Protocol;
  readonly servers: readonly ComparedServer[];
  readonly rows: readonly ComparedRow[];
}

export function compare({ protocol, rounds }: ProtocolRounds): Comparison {
  const turns = rounds.flat();
  const names = [...new Set(turns.map(({ server }) => server))].sort((a, b) => Number(b === OURS) - Number(a === OURS));
  const rows = combineRounds(turns.flatMap((turn) => turn.rows));
  const kinds = [...new Set(rows.map((row) => `${row.work} ${row.clients}`))];
  const ordered = kinds.flatMap((kind) => names.flatMap((name) => rows.filter((row) => `${row.work} ${row.clients}` === kind && row.target === name)));
  return {
    protocol,
    servers: names.map((server) => describeServer(server, turns.filter((turn) => turn.server === server))),
    rows: ordered.map((row) => ({ ...row, rateRatio: ratioOf(rounds, row, 'perSecond'), cpuRatio: ratioOf(rounds, row, 'cpuMsPerOperation') })),
  };
}

function describeServer(server: string, turns: readonly Turn[]): ComparedServer {
  const numbers = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined);
  const peaks = turns.map(({ rows }) => {
    const own = numbers(rows.map((row) => row.peakMegabytes));
    return own.length === 0 ? undefined : Math.max(...own);
  });
  return {
    server,
    startMs: median(numbers(turns.map(({ startMs }) => startMs))),
    peakMegabytes: median(numbers(peaks)),
    failures: [...new Set(turns.flatMap(({ failure }) => failure ?? []))],
  };
}

/** Of one round the two servers stood next to one another; their ratio is less noisy than that of medians. */
function ratioOf(rounds: readonly (readonly Turn[])[], { work, clients, target }: Row, figure: 'perSecond' | 'cpuMsPerOperation'): number | undefined {
  if (target === OURS) return undefined;
  const find = (round: readonly Turn[], server: string) => round.find((turn) => turn.server === server)?.rows.find((row) => row.work === work && row.clients === clients)?.[figure];
  const ratios = rounds.flatMap((round) => {
    const [peer, ours] = [find(round, target), find(round, OURS)];
    return peer && ours ? [peer / ours] : [];
  });
  return median(ratios);
}

import { median } from '../statistics.js';

/** One measured line. Absent figures could not be measured. */
export interface Row {
  readonly group: 'stores' | 'http' | 'decisions' | 'micro';
  /** What was done, as `--only` names it. */
  readonly work: string;
  /** Which store, server or part of it, or how many policies. */
  readonly target: string;
  /** Callers or connections at the same time. */
  readonly clients: number;
  readonly operations: number;
  readonly perSecond: number;
  /** Of object content, in millions of bytes. */
  readonly megabytesPerSecond?: number;
  /** From call to answer. */
  readonly meanMs?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly maxMs?: number;
  /** Of the server's process tree, or of this process with its workers where it calls by itself. */
  readonly cpuMsPerOperation?: number;
  /** The kernel's part of it. */
  readonly systemMsPerOperation?: number;
  readonly generatorCpuMsPerOperation?: number;
  /** Peak resident memory of the server's process tree during this line. */
  readonly peakMegabytes?: number;
  readonly errors: number;
  readonly firstError?: string;
}

const keyOf = ({ group, work, target, clients }: Row) => [group, work, target, clients].join(' ');

/** One row for each kind, in order of first appearance: medians over the rounds, errors summed. */
export function combineRounds(rows: readonly Row[]): readonly Row[] {
  const kinds = Map.groupBy(rows, keyOf);
  return [...kinds.values()].map((rounds) => {
    const figure = (name: keyof Row) => median(rounds.map((row) => row[name]).filter((value) => typeof value === 'number'));
    const { group, work, target, clients } = rounds[0]!;
    return {
      group,
      work,
      target,
      clients,
      operations: figure('operations') ?? 0,
      perSecond: figure('perSecond') ?? 0,
      megabytesPerSecond: figure('megabytesPerSecond'),
      meanMs: figure('meanMs'),
      p50Ms: figure('p50Ms'),
      p99Ms: figure('p99Ms'),
      maxMs: figure('maxMs'),
      cpuMsPerOperation: figure('cpuMsPerOperation'),
      systemMsPerOperation: figure('systemMsPerOperation'),
      generatorCpuMsPerOperation: figure('generatorCpuMsPerOperation'),
      peakMegabytes: figure('peakMegabytes'),
      errors: rounds.reduce((sum, row) => sum + row.errors, 0),
      firstError: rounds.find((row) => row.firstError !== undefined)?.firstError,
    };
  });
}

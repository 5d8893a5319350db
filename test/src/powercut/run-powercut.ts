import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openStores } from '../crash/open-stores.js';
import { ServerProcess } from '../harness/server-process.js';
import { Random } from '../property/random.js';
import { DiskModel, EVERYTHING, NOTHING, type DiskState, type Survival } from './disk-model.js';
import type { DiskOperation } from './disk-operation.js';
import { randomSurvival } from './random-survival.js';
import { RegisterReader } from './read-registers.js';
import type { Recording } from './record-server.js';
import { allowed } from './registers.js';

/** Syncs that a broken twin leaves out. */
export type MissingSync = 'data' | 'directory' | 'wal';

export interface PowercutOptions {
  readonly seed: number;
  readonly cuts: number;
  readonly without?: MissingSync;
  /** Every so many cuts the whole server is started too; default: never. */
  readonly startServerEvery?: number;
  /** End at the first failure. */
  readonly once?: boolean;
  readonly onProgress?: (line: string) => void;
}

export interface PowercutResult {
  readonly cuts: number;
  /** Disks rebuilt and started on. */
  readonly states: number;
  readonly serverStarts: number;
  /** What was lost, torn or could not start; one line each. */
  readonly failures: readonly string[];
}

/**
 * Cuts the power at moments of the recording, half of them right after an answer,
 * rebuilds what the disk may hold then, starts on it and reads everything back.
 */
export async function runPowercut(recording: Recording, options: PowercutOptions): Promise<PowercutResult> {
  const random = new Random(options.seed);
  const operations = leaveOut(recording, options.without);
  const disk = new DiskModel(recording.root);
  const answered = new Set<string>();
  const reader = new RegisterReader();
  const failures: string[] = [];
  const cuts = chooseCuts(operations, options.cuts, random);
  let [states, serverStarts, done] = [0, 0, 0];
  try {
    for (const [index, operation] of operations.entries()) {
      disk.apply(operation);
      if (operation.kind === 'answer') answered.add(operation.requestId);
      if (!cuts.has(index)) continue;
      const expected = allowed(recording.steps, answered);
      const survivals: [string, Survival][] = [['nothing', NOTHING]];
      if (!options.without) survivals.push(done % 8 === 0 ? ['everything', EVERYTHING] : ['some', randomSurvival(random)]);
      for (const [kept, survival] of survivals) {
        const withServer = options.startServerEvery !== undefined && states % options.startServerEvery === 0;
        const problems = await checkState(disk.cut(survival), recording.dataDir, reader, expected, withServer);
        for (const problem of problems) failures.push(`cut at ${index} of ${operations.length}, of the unsynced ${kept} kept: ${problem}`);
        states++;
        if (withServer) serverStarts++;
      }
      done++;
      if (done % 25 === 0) options.onProgress?.(`${done} cuts, ${states} states, ${failures.length} failures`);
      if (options.once && failures.length > 0) break;
    }
  } finally {
    await reader.stop();
  }
  return { cuts: done, states, serverStarts, failures };
}

function leaveOut({ operations }: Recording, without: MissingSync | undefined): readonly DiskOperation[] {
  if (!without) return operations;
  const folders = new Set(operations.flatMap((operation) => (operation.kind === 'make-folder' ? [operation.path] : [])));
  const kindOf = (place: string): MissingSync | undefined => {
    if (folders.has(place)) return 'directory';
    if (place.endsWith('-wal')) return 'wal';
    return place.includes('/blobs/') ? 'data' : undefined;
  };
  return operations.filter((operation) => operation.kind !== 'sync' || kindOf(operation.path) !== without);
}

function chooseCuts(operations: readonly DiskOperation[], wanted: number, random: Random): ReadonlySet<number> {
  const answers = operations.flatMap((operation, index) => (operation.kind === 'answer' ? [index] : []));
  const cuts = new Set<number>();
  // The end of the recording is the hardest of all: everything was acknowledged.
  if (answers.length > 0) cuts.add(answers.at(-1)!);
  while (cuts.size < Math.min(wanted, operations.length)) {
    cuts.add(answers.length > 0 && random.chance(0.5) ? random.pick(answers) : random.integer(0, operations.length - 1));
  }
  return cuts;
}

async function checkState(
  state: DiskState,
  dataDir: string,
  reader: RegisterReader,
  expected: ReadonlyMap<string, readonly (string | undefined)[]>,
  withServer: boolean,
): Promise<string[]> {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-disk-'));
  try {
    await writeState(root, state);
    const place = path.join(root, dataDir);
    const problems = await compare(place, reader, expected);
    if (withServer) await startServer(place);
    return problems;
  } catch (error) {
    return [`no start: ${(error as Error).message}`];
  } finally {
    await fs.rm(root, { recursive: true, force: true });
  }
}

async function writeState(root: string, state: DiskState): Promise<void> {
  for (const [place, bytes] of state) {
    // Shared memory of SQLite: it is rebuilt from the log at each start.
    if (place.endsWith('-shm')) continue;
    if (bytes === undefined) await fs.mkdir(path.join(root, place));
    else await fs.writeFile(path.join(root, place), bytes);
  }
}

async function compare(place: string, reader: RegisterReader, expected: ReadonlyMap<string, readonly (string | undefined)[]>): Promise<string[]> {
  const stores = await openStores(place);
  try {
    const seen = await reader.read(stores, expected.keys());
    return [...expected].filter(([register, values]) => !values.includes(seen.get(register))).map(([register]) => `${register}: ${seen.get(register) ?? 'absent'}`);
  } finally {
    await stores.close();
  }
}

async function startServer(dataDir: string): Promise<void> {
  const server = await ServerProcess.start({ dataDir, config: { log: { level: 'error' } } });
  await server.stop('SIGKILL');
}

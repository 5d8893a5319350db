import type { BenchTarget } from './connection.js';
import { makeBucket, prepareWork, runLoad, type LoadResult } from './run-load.js';
import { isOci, makeWork, type RunSize, type Work, type WorkName } from './works.js';

/** What the load generator is told, one after the other; each is answered once. */
export type Command =
  | { readonly do: 'target'; readonly target: BenchTarget }
  | { readonly do: 'prepare'; readonly work: WorkName; readonly run: string; readonly size: RunSize }
  | { readonly do: 'run'; readonly size: RunSize };

export type Answer = { readonly result?: LoadResult } | { readonly error: string };

let target: BenchTarget | undefined;
let work: Work | undefined;

async function obey(command: Command): Promise<LoadResult | undefined> {
  if (command.do === 'target') {
    target = command.target;
    return undefined;
  }
  if (!target) throw new Error('No target was named');
  if (command.do === 'prepare') {
    // A repository is made by its first push.
    if (!isOci(command.work)) await makeBucket(target);
    work = makeWork(command.work, target.bucket, command.run);
    await prepareWork(target, work, command.size);
    return undefined;
  }
  if (!work) throw new Error('Nothing was prepared');
  return runLoad(target, work, command.size);
}

process.on('message', (command: Command) => {
  obey(command).then(
    (result) => process.send!({ result } satisfies Answer),
    (error: unknown) => process.send!({ error: (error as Error).message } satisfies Answer),
  );
});
// Ends with the benchmark, however that ends.
process.on('disconnect', () => process.exit());

import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';
import { Random } from '../property/random.js';
import type { Recorded, Violation } from './check-history.js';
import { checkHistory } from './check-history.js';
import { ConditionalClient } from './conditional-client.js';

export interface LinearizabilityOptions {
  readonly clients: number;
  readonly seconds: number;
  readonly keys: number;
  readonly seed: number;
  /** In a bucket with versions. */
  readonly versioned: boolean;
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface LinearizabilityResult {
  readonly operations: number;
  /** Conditional writes that were done, and that were refused. */
  readonly done: number;
  readonly refused: number;
  readonly unknown: number;
  readonly violations: readonly (Violation & { readonly key: string })[];
}

const BUCKET = 'linear';
const PROGRESS_MS = 5000;

/** Lets clients contend for a few keys of a real server, then holds what each was told against one order of events. */
export async function runLinearizability(options: LinearizabilityOptions): Promise<LinearizabilityResult> {
  const server = await ServerProcess.start({ config: { log: { level: 'error' } } });
  try {
    const history = await contend(server, options);
    const recorded = [...history.values()].flat();
    const count = (kind: Recorded['answer']['kind']) => recorded.filter(({ answer, operation }) => answer.kind === kind && operation.kind !== 'read').length;
    const violations = [...history].flatMap(([key, ofKey]) => {
      const violation = checkHistory(ofKey);
      return violation ? [{ key, ...violation }] : [];
    });
    return { operations: recorded.length, done: count('done'), refused: count('refused'), unknown: count('unknown'), violations };
  } finally {
    await server.remove();
  }
}

async function contend(server: ServerProcess, options: LinearizabilityOptions): Promise<Map<string, Recorded[]>> {
  const random = new Random(options.seed);
  const keys = Array.from({ length: options.keys }, (_, i) => `key-${i}`);
  const history = new Map<string, Recorded[]>(keys.map((key) => [key, []]));
  const signed = Array.from({ length: options.clients }, () => new SignedClient(server.url));
  await prepare(signed[0]!, options.versioned);
  const started = performance.now();
  const now = () => performance.now() - started;
  let told = 0;
  const run = async (index: number) => {
    const client = new ConditionalClient(`c${index}`, signed[index]!, BUCKET, keys, new Random(random.integer(0, 2 ** 31)), now);
    while (now() < options.seconds * 1000 && !options.signal?.aborted) {
      const { key, recorded } = await client.step();
      history.get(key)!.push(recorded);
      if (now() - told > PROGRESS_MS) {
        told = now();
        options.onProgress?.(`${(told / 1000).toFixed(0)} s, ${[...history.values()].reduce((sum, { length }) => sum + length, 0)} operations`);
      }
    }
  };
  try {
    await Promise.all(signed.map((_, index) => run(index)));
  } finally {
    for (const client of signed) client.close();
  }
  return history;
}

async function prepare(client: SignedClient, versioned: boolean): Promise<void> {
  await client.send({ method: 'PUT', path: `/${BUCKET}` });
  if (!versioned) return;
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  const { status } = await client.send({ method: 'PUT', path: `/${BUCKET}`, query: 'versioning=', body });
  if (status !== 200) throw new Error(`versioning could not be enabled: ${status}`);
}

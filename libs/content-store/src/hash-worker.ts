import { parentPort, workerData } from 'node:worker_threads';
import { RunningDigests } from './digests.js';
import type { FromWorker, ToWorker } from './hash-messages.js';

/** Thread that hashes uploads where their bytes lie; each upload stays with one worker. */
const memory = (workerData as { memory: SharedArrayBuffer }).memory;
const jobs = new Map<number, RunningDigests>();
const port = parentPort!;
const answer = (message: FromWorker) => port.postMessage(message);

port.on('message', (message: ToWorker) => {
  if (message.do === 'begin') {
    jobs.set(message.job, new RunningDigests(message.request));
    return;
  }
  const digests = jobs.get(message.job);
  if (!digests) return;
  if (message.do === 'update') {
    digests.update(new Uint8Array(memory, message.offset, message.length));
    answer({ did: 'update', job: message.job });
    return;
  }
  jobs.delete(message.job);
  if (message.do === 'finish') answer({ did: 'finish', job: message.job, digests: digests.finish() });
});

/**
 * The one thread that writes. It takes all messages that wait, so that whatever
 * arrived during a commit's sync shares the next one.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { GroupCommit } from './group-commit.js';
import { unpackCommands, type Command, type GroupAnswer, type WriterData, type WriterRequest } from './messages.js';
import { openWriteHandle } from './open-write-handle.js';

const data = workerData as WriterData;
const port = parentPort!;
const group = new GroupCommit(() => openWriteHandle(data), data.fence);

port.on('message', (first: WriterRequest) => {
  const waiting: Command[] = [];
  let finishCheckpoint = false;
  let reclaim = false;
  const take = (request: WriterRequest) => {
    if ('finishCheckpoint' in request) finishCheckpoint = true;
    else if ('reclaim' in request) reclaim = true;
    else waiting.push(...unpackCommands(request));
  };
  take(first);
  for (;;) {
    while (waiting.length < data.groupMaxIntents) {
      const more = receiveMessageOnPort(port) as { message: WriterRequest } | undefined;
      if (!more) break;
      take(more.message);
    }
    if (waiting.length === 0) break;
    commitGroup(waiting.splice(0, data.groupMaxIntents));
  }
  if (finishCheckpoint) group.checkpoint();
  // Answered like an empty group: its frames count, and the next pause goes on with it.
  if (reclaim && group.reclaim()) commitGroup([]);
});

function commitGroup(commands: Command[]): void {
  const started = performance.now();
  const { results, failure } = group.commit(commands);
  const answer: GroupAnswer = {
    results: JSON.stringify(results),
    seconds: (performance.now() - started) / 1000,
    wal: group.walState(),
    failure: failure?.message,
  };
  port.postMessage(answer);
}

port.postMessage('ready');

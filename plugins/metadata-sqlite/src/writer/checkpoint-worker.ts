/**
 * Copies the write-ahead log into the database on a handle and a thread of its own:
 * a passive checkpoint holds no lock that a commit needs, so commits go on meanwhile.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { checkpoint } from './group-commit.js';
import type { WriterData } from './messages.js';
import { openWriteHandle } from './open-write-handle.js';

const port = parentPort!;
const database = openWriteHandle(workerData as WriterData);

port.on('message', () => port.postMessage(checkpoint(database) ?? null));
port.postMessage('ready');

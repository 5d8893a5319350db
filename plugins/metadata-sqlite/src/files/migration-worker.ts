/** Thread that brings the schema up to date and ends. */
import { workerData } from 'node:worker_threads';
import { runMigrations } from './run-migrations.js';

await runMigrations((workerData as { path: string }).path);

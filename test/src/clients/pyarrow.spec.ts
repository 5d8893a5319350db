import path from 'node:path';
import { expect } from '@jest/globals';
import { clientTest, findTool } from './tools.js';

const SCRIPT = path.resolve(import.meta.dirname, '../../src/clients/pyarrow-story.py');
const VERSION = ['-c', 'import pyarrow; print("pyarrow", pyarrow.__version__)'];

clientTest(findTool('python', 'venv/bin/python', VERSION), 'pyarrow, Parquet by ranges', async ({ run, url, requests }) => {
  const story = (step: string) => run([SCRIPT, step, url, 'arrow-bucket/table.parquet']);
  await story('write');
  const written = (await requests()).length;
  const size = Number(await story('read'));
  const reads = (await requests()).slice(written).filter(({ operation }) => operation === 'GetObject');
  expect(reads.map(({ status }) => status)).toEqual(reads.map(() => 206));
  expect(reads.length).toBeGreaterThanOrEqual(3);
  // Of three columns and eight groups one column of two groups was wanted.
  const read = reads.reduce((sum, { bytesOut }) => sum + bytesOut, 0);
  expect(read).toBeLessThan(size / 2);
  console.log(`pyarrow read ${read} of ${size} bytes by ${reads.length} ranges`);
});

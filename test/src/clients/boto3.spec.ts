import path from 'node:path';
import { expect } from '@jest/globals';
import type { ClientWorld } from './tools.js';
import { clientTest, findTool } from './tools.js';

const SCRIPT = path.resolve(import.meta.dirname, '../../src/clients/boto3-story.py');
const VERSION = ['-c', 'import boto3; print("boto3", boto3.__version__)'];

async function story({ run, url }: ClientWorld): Promise<void> {
  expect(await run([SCRIPT, url])).toBe('done\n');
}

clientTest(findTool('python', 'venv/bin/python', VERSION), 'boto3, current', story);
clientTest(findTool('python', '/usr/bin/python3', VERSION), 'boto3, Debian’s', story);

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChildServer, type Launch } from './child-server.js';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'child-server-'));
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

const launch = (script: string, changes: Partial<Launch> = {}): Launch => ({
  ...{ command: process.execPath, args: ['--eval', script], cwd: folder, env: {}, logFile: path.join(folder, 'log'), isReady: async () => fs.existsSync(path.join(folder, 'ready')) },
  ...changes,
});

describe('ChildServer', () => {
  it('starts when it is ready, and stops', async () => {
    const { server, startMs } = await ChildServer.start(launch(`require('fs').writeFileSync('ready', ''); setInterval(() => {}, 1000);`));
    expect(startMs).toBeGreaterThan(0);
    expect(process.kill(server.pid, 0)).toBe(true);
    await server.stop();
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
    await server.stop();
  });

  it('tells what it wrote when it ends before that', async () => {
    await expect(ChildServer.start(launch(`console.error('no such disk'); process.exit(3);`))).rejects.toThrow(/ended:\nno such disk/);
  });

  it('tells when there is no such program', async () => {
    await expect(ChildServer.start(launch('', { command: path.join(folder, 'absent') }))).rejects.toThrow('ENOENT');
  });
});

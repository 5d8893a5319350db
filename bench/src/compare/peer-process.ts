import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Connection } from '../http/connection.js';
import { ChildServer } from '../server/child-server.js';
import { freePort } from '../server/free-port.js';
import { ROOT_KEYS, ServerProcess } from '../server/server-process.js';
import type { Peer, Protocol } from './peers.js';

/** A server that runs on a fresh folder. */
export interface Contender {
  readonly url: string;
  readonly pid: number;
  /** From the start of its process to its first good answer to a request with credentials. */
  readonly startMs: number;
  remove(): Promise<void>;
}

export async function startOurs(protocol: Protocol): Promise<Contender> {
  const { server, startMs } = await ServerProcess.start({ isReady: (url) => answers(url, protocol) });
  return { url: server.url, pid: server.pid, startMs, remove: () => server.remove() };
}

/** @throws with what it wrote when it does not start */
export async function startPeer(peer: Peer, program: string, protocol: Protocol): Promise<Contender> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zas-bench-'));
  const removeFolder = () => fs.rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const [dataDir, configFile] = [path.join(folder, 'data'), path.join(folder, 'config')];
  fs.mkdirSync(dataDir);
  const [port, sparePort] = [await freePort(), await freePort()];
  const { args, env = {}, config } = peer.launch({ dataDir, port, sparePort, ...ROOT_KEYS }, configFile);
  if (config !== undefined) fs.writeFileSync(configFile, config);
  const url = `http://127.0.0.1:${port}`;
  const logFile = path.join(folder, 'log');
  try {
    const { server, startMs } = await ChildServer.start({ command: program, args, cwd: folder, env, logFile, isReady: () => answers(url, protocol) });
    const remove = async () => {
      await server.stop();
      process.off('exit', removeFolder);
      removeFolder();
    };
    return { url, pid: server.pid, startMs, remove };
  } catch (error) {
    process.off('exit', removeFolder);
    removeFolder();
    throw error;
  }
}

/** Whether it answers a client: with its buckets, or that it is a registry. */
async function answers(url: string, protocol: Protocol): Promise<boolean> {
  const connection = new Connection({ endpoint: url, ...ROOT_KEYS, region: 'us-east-1', bucket: '' });
  try {
    const { status } = await connection.send(protocol === 's3' ? { method: 'GET', path: '/' } : { method: 'GET', path: '/v2/', auth: 'basic' });
    return status === 200;
  } catch {
    return false;
  } finally {
    connection.close();
  }
}

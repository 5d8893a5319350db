import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SignedClient, type RawResponse } from '../harness/signed-client.js';
import { ServerProcess } from '../harness/server-process.js';

const PLUGIN = path.resolve(import.meta.dirname, '../../fixtures/faulty-storage/plugin.mjs');
const RECOVERY_MS = 20_000;

/** What one operation of the injected file system suffers; see the plugin. */
export interface Fault {
  readonly errno?: string;
  /** Calls that are spared first. */
  readonly skip?: number;
  /** Bytes that one call reads or writes at most. */
  readonly atMost?: number;
  readonly delayMs?: number;
}

export interface Health {
  readonly status: string;
  readonly components: Readonly<Record<string, { readonly state: string; readonly reason?: string }>>;
}

/** A server whose storage fails when it is told to. */
export class FaultyServer {
  readonly client: SignedClient;

  private constructor(readonly server: ServerProcess) {
    this.client = new SignedClient(server.url);
  }

  static async start(config: Record<string, unknown> = {}, dataDir?: string): Promise<FaultyServer> {
    const faulty = new FaultyServer(
      await ServerProcess.start({ dataDir, config: { log: { level: 'error' }, limits: { inlineBytes: 4096, minPartBytes: 1024 }, plugins: [{ use: PLUGIN }], ...config } }),
    );
    await faulty.client.send({ method: 'PUT', path: '/bucket' });
    return faulty;
  }

  private get folder(): string {
    return path.join(this.server.dataDir, 'plugins/faulty-storage');
  }

  /** From here on these operations fail, and no others. */
  async inject(faults: Readonly<Record<string, Fault>>): Promise<void> {
    // Renamed into place: the server may read it at any moment.
    const file = path.join(this.folder, 'faults.json');
    await fs.writeFile(`${file}.new`, JSON.stringify(faults));
    await fs.rename(`${file}.new`, file);
  }

  put(key: string, body: Buffer | string): Promise<RawResponse> {
    return this.client.send({ method: 'PUT', path: `/bucket/${key}`, body });
  }

  get(key: string): Promise<RawResponse> {
    return this.client.send({ method: 'GET', path: `/bucket/${key}` });
  }

  async head(key: string): Promise<number> {
    return (await this.client.send({ method: 'HEAD', path: `/bucket/${key}` })).status;
  }

  async health(): Promise<{ readonly httpStatus: number } & Health> {
    const { status, text } = await this.client.sendRaw({ method: 'GET', path: '/health/ready' });
    return { httpStatus: status, ...(JSON.parse(text) as Health) };
  }

  /** Resolves when everything is healthy; rejects when that takes too long. */
  async recovered(): Promise<void> {
    for (const end = Date.now() + RECOVERY_MS; ; await delay(100)) {
      const { status } = await this.health();
      if (status === 'healthy') return;
      if (Date.now() > end) throw new Error(`still ${status}`);
    }
  }

  /** Files of the storage, by path below its folder. */
  async files(): Promise<string[]> {
    const entries = await fs.readdir(path.join(this.folder, 'blobs'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  }

  /** Descriptors of the server that are open on files of the storage. */
  async openFiles(): Promise<string[]> {
    const folder = `/proc/${this.server.pid}/fd`;
    const targets = await Promise.all((await fs.readdir(folder)).map((name) => fs.readlink(path.join(folder, name)).catch(() => '')));
    return targets.filter((target) => target.startsWith(this.folder));
  }

  async remove(): Promise<void> {
    this.client.close();
    await this.server.remove();
  }
}

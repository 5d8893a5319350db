import path from 'node:path';
import type { FileSystem } from './file-system.js';

interface Waiting {
  readonly promise: Promise<void>;
}

/**
 * Durable directory entries. Concurrent syncs of one directory share a call: who
 * comes while one runs waits for the next, because the running one may have
 * started before its entry was made.
 */
export class Directories {
  private readonly running = new Map<string, Promise<void>>();
  private readonly next = new Map<string, Waiting>();
  private readonly durable = new Map<string, Promise<void>>();

  constructor(private readonly fs: FileSystem) {}

  /** Resolves when every entry made in `directory` before this call is on stable storage. */
  sync(directory: string): Promise<void> {
    const running = this.running.get(directory);
    if (!running) return this.start(directory);
    const waiting = this.next.get(directory);
    if (waiting) return waiting.promise;
    const promise = running
      .catch(() => undefined)
      .then(() => {
        this.next.delete(directory);
        return this.start(directory);
      });
    this.next.set(directory, { promise });
    return promise;
  }

  /** Makes `directory` inside its existing parent, durably, once. The root is never made here: a lost mount must not be papered over. */
  ensure(directory: string): Promise<void> {
    let ready = this.durable.get(directory);
    if (!ready) {
      ready = this.make(directory);
      this.durable.set(directory, ready);
      ready.catch(() => this.durable.delete(directory));
    }
    return ready;
  }

  /** Forgets what was made, after it vanished or was removed. */
  forget(directory: string): void {
    this.durable.delete(directory);
  }

  private start(directory: string): Promise<void> {
    const run = this.fs.syncDirectory(directory).finally(() => {
      if (this.running.get(directory) === run) this.running.delete(directory);
    });
    this.running.set(directory, run);
    return run;
  }

  private async make(directory: string): Promise<void> {
    try {
      await this.fs.mkdir(directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    await this.sync(path.dirname(directory));
  }
}

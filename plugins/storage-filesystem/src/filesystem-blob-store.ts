import path from 'node:path';
import type { BlobReader, BlobStat, BlobStore, BlobUpload, ByteRange, CallContext, Clock } from '@zas/plugin-api';
import { StoreError, systemClock } from '@zas/plugin-api';
import { Directories } from './directories.js';
import { diskError, isAbsent } from './disk-errors.js';
import { DiskHealth } from './disk-health.js';
import { FileReader } from './file-reader.js';
import type { FileSystem } from './file-system.js';
import { FileUpload } from './file-upload.js';
import { EPOCH_NAME, Layout, SERIAL_NAME } from './layout.js';

const absent = (cause?: unknown) =>
  new StoreError('not-found', 'No bytes under this locator', { details: { reason: 'blob' }, cause });

/** BlobStore on one folder of a local file system; `Layout` draws the tree. */
export class FilesystemBlobStore implements BlobStore {
  readonly health: DiskHealth;
  private readonly layout: Layout;
  private readonly directories: Directories;

  constructor(
    private readonly fs: FileSystem,
    root: string,
    clock: Clock = systemClock,
    private readonly directWrites = true,
  ) {
    this.layout = new Layout(root);
    this.directories = new Directories(fs);
    this.health = new DiskHealth(fs, root, clock);
  }

  /** Makes the root, durably, and checks that it can be written. */
  async start(): Promise<void> {
    try {
      const made = await this.fs.mkdirs(this.layout.root);
      for (let directory = this.layout.root; made !== undefined; directory = path.dirname(directory)) {
        await this.directories.sync(path.dirname(directory));
        if (directory === path.resolve(made) || directory === path.dirname(directory)) break;
      }
      await this.health.removeOldTrials();
    } catch (error) {
      throw diskError('start', error);
    }
    this.health.failed(new Error('not tried yet'));
    const report = await this.health.check();
    if (report.state !== 'healthy') throw new StoreError('unavailable', `Cannot start: ${report.reason}`);
  }

  async begin(_context: CallContext, locator: string): Promise<BlobUpload> {
    const [file, group] = [this.layout.file(locator), this.layout.group(locator)];
    try {
      await this.ensureGroup(locator);
      const fd = await this.openNew(locator, file);
      return new FileUpload({ fs: this.fs, directories: this.directories, health: this.health }, file, group, fd, this.directWrites);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
        throw new StoreError('already-exists', 'The locator was used before', { details: { reason: 'blob' } });
      }
      this.health.failed(error);
      throw diskError('begin', error);
    }
  }

  async resume(_context: CallContext, locator: string): Promise<{ upload: BlobUpload; durableLength: number }> {
    const [file, group] = [this.layout.file(locator), this.layout.group(locator)];
    let fd: number | undefined;
    try {
      fd = await this.fs.open(file, 'r+');
      await this.fs.datasync(fd);
      const durableLength = await this.fs.size(file);
      const tools = { fs: this.fs, directories: this.directories, health: this.health };
      return { upload: new FileUpload(tools, file, group, fd, this.directWrites), durableLength };
    } catch (error) {
      if (fd !== undefined) await this.fs.close(fd).catch(() => undefined);
      if (isAbsent(error)) throw absent(error);
      this.health.failed(error);
      throw diskError('resume', error);
    }
  }

  async open(_context: CallContext, locator: string, range: ByteRange): Promise<BlobReader> {
    const file = this.layout.file(locator);
    let fd: number;
    try {
      fd = await this.fs.open(file, 'r');
    } catch (error) {
      if (isAbsent(error)) throw absent(error);
      this.health.readFailed(error);
      throw diskError('open', error);
    }
    return new FileReader(this.fs, this.health, fd, range);
  }

  async stat(_context: CallContext, locator: string): Promise<BlobStat | undefined> {
    try {
      return { size: await this.fs.size(this.layout.file(locator)) };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw diskError('stat', error);
    }
  }

  async delete(_context: CallContext, locator: string): Promise<void> {
    try {
      await this.fs.unlink(this.layout.file(locator));
      const emptied = await this.removeIfEmpty(this.layout.group(locator));
      await this.directories.sync(emptied ? this.layout.epoch(locator) : this.layout.group(locator));
      if (emptied) await this.removeIfEmpty(this.layout.epoch(locator));
    } catch (error) {
      if (isAbsent(error)) return;
      this.health.failed(error);
      throw diskError('delete', error);
    }
  }

  async list(_context: CallContext, query: { epoch?: string; after?: string; limit: number }): Promise<readonly string[]> {
    const found: string[] = [];
    const after = query.after ?? '';
    const epochs = query.epoch === undefined ? await this.names(this.layout.root, EPOCH_NAME) : [query.epoch];
    for (const epoch of epochs) {
      if (epoch < after.slice(0, 8)) continue;
      for (const group of await this.names(path.join(this.layout.root, epoch), EPOCH_NAME)) {
        if (`${epoch}/${group}` < after.slice(0, 17)) continue;
        for (const serial of await this.names(path.join(this.layout.root, epoch, group), SERIAL_NAME)) {
          const locator = `${epoch}/${serial}`;
          if (locator > after) found.push(locator);
          if (found.length === query.limit) return found;
        }
      }
    }
    return found;
  }

  private async names(directory: string, pattern: RegExp): Promise<string[]> {
    try {
      return (await this.fs.readdir(directory)).filter((name) => pattern.test(name)).sort();
    } catch (error) {
      if (isAbsent(error) && directory !== this.layout.root) return [];
      throw diskError('list', error);
    }
  }

  /** An upload that finds its folder gone makes it again; see `openNew`. */
  private async removeIfEmpty(directory: string): Promise<boolean> {
    this.directories.forget(directory);
    try {
      await this.fs.rmdir(directory);
      return true;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return false;
      throw error;
    }
  }

  private async ensureGroup(locator: string): Promise<void> {
    await this.directories.ensure(this.layout.epoch(locator));
    await this.directories.ensure(this.layout.group(locator));
  }

  /** A folder that was made before and vanished since is made again, once; a vanished root is not. */
  private async openNew(locator: string, file: string): Promise<number> {
    try {
      return await this.fs.open(file, 'wx');
    } catch (error) {
      if (!isAbsent(error)) throw error;
      this.directories.forget(this.layout.group(locator));
      this.directories.forget(this.layout.epoch(locator));
      await this.ensureGroup(locator);
      return await this.fs.open(file, 'wx');
    }
  }
}

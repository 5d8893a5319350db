import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { StoreError } from '@zas/plugin-api';

/** One entry of the log: a line of JSON, and behind it `length` bytes. */
export interface LogEntry {
  readonly op: 'begin' | 'bytes' | 'commit' | 'gone';
  readonly locator: string;
  readonly length: number;
}

/** Longest line that `LogEntry` makes, with room to spare. */
const LINE_BYTES = 256;

/** A file that only grows. Entries are written one after the other; concurrent syncs share a call. */
export class LogFile {
  private writing: Promise<unknown> = Promise.resolve();
  private lastSync: Promise<void> = Promise.resolve();
  private nextSync: Promise<void> | undefined;

  private constructor(
    private readonly handle: FileHandle,
    private end: number,
  ) {}

  /** Opens or makes the file and tells every whole entry; what a crash left behind the last one is cut off. */
  static async open(file: string, tell: (entry: LogEntry, position: number) => void): Promise<LogFile> {
    try {
      const folder = path.dirname(file);
      const made = await mkdir(folder, { recursive: true });
      const handle = await open(file, constants.O_RDWR | constants.O_CREAT, 0o600);
      await syncFolders(folder, made === undefined ? folder : path.dirname(made));
      const end = await scan(handle, tell);
      await handle.truncate(end);
      await handle.datasync();
      return new LogFile(handle, end);
    } catch (error) {
      throw failed(error);
    }
  }

  /** Adds an entry. @returns where its bytes begin. Not durable before `sync`. */
  append(op: LogEntry['op'], locator: string, bytes: Uint8Array = new Uint8Array()): Promise<number> {
    const line = Buffer.from(`${JSON.stringify({ op, locator, length: bytes.length })}\n`);
    const written = this.writing.then(async () => {
      // A failed write leaves `end` where it was: the next entry overwrites the rubbish.
      await this.write(line, this.end);
      await this.write(bytes, this.end + line.length);
      const position = this.end + line.length;
      this.end = position + bytes.length;
      return position;
    });
    this.writing = written.catch(() => undefined);
    return written.catch((error: unknown) => {
      throw failed(error);
    });
  }

  /** Resolves when all entries that were appended before are on stable storage. Once failed, it fails for good. */
  sync(): Promise<void> {
    this.nextSync ??= this.lastSync = this.lastSync.then(() => {
      this.nextSync = undefined;
      return this.handle.datasync();
    });
    return this.nextSync.catch((error: unknown) => {
      throw failed(error);
    });
  }

  /** Fills `buffer` from `position`. @returns false when the file ends before */
  async read(buffer: Uint8Array, position: number): Promise<boolean> {
    try {
      return (await readFully(this.handle, buffer, position)) === buffer.length;
    } catch (error) {
      throw failed(error);
    }
  }

  async close(): Promise<void> {
    await this.writing;
    await this.handle.close();
  }

  private async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      done += (await this.handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
    }
  }
}

/** @returns where the last whole entry ends */
async function scan(handle: FileHandle, tell: (entry: LogEntry, position: number) => void): Promise<number> {
  const { size } = await handle.stat();
  const window = Buffer.alloc(LINE_BYTES);
  for (let at = 0; ; ) {
    const text = window.toString('latin1', 0, await readFully(handle, window, at));
    const line = text.slice(0, text.indexOf('\n') + 1);
    const entry = parse(line);
    if (!entry || at + line.length + entry.length > size) return at;
    tell(entry, at + line.length);
    at += line.length + entry.length;
  }
}

function parse(line: string): LogEntry | undefined {
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return undefined;
  }
}

async function readFully(handle: FileHandle, buffer: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** Makes the entries of `folder` and of its parents up to `last` durable. */
async function syncFolders(folder: string, last: string): Promise<void> {
  for (let at = folder; ; at = path.dirname(at)) {
    const handle = await open(at, 'r');
    await handle.sync().finally(() => handle.close());
    if (at === last) return;
  }
}

function failed(cause: unknown): StoreError {
  const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  return full ? new StoreError('no-space', 'The disk is full', { cause }) : new StoreError('unavailable', 'The log cannot be used', { cause });
}

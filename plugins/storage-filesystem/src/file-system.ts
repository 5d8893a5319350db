import fs from 'node:fs';

/** As in `fs.open`, and `direct`: an existing file, for writing past the page cache. */
export type OpenFlags = 'wx' | 'r' | 'r+' | 'direct';

/**
 * The file operations that this plugin uses, injected so that faults and power
 * cuts can be played. Descriptors are plain numbers: whoever opens closes.
 */
export interface FileSystem {
  /** `direct`: for writing past the page cache; EINVAL where that is not possible. */
  open(path: string, flags: OpenFlags): Promise<number>;
  /** May write less than asked. */
  write(fd: number, bytes: Uint8Array, position: number): Promise<number>;
  /** 0 at the end of the file. */
  read(fd: number, buffer: Uint8Array, position: number): Promise<number>;
  datasync(fd: number): Promise<void>;
  close(fd: number): Promise<void>;
  size(path: string): Promise<number>;
  /** One level; throws EEXIST. */
  mkdir(path: string): Promise<void>;
  /** With parents, for the root at start only; answers the topmost folder that it made, if any. */
  mkdirs(path: string): Promise<string | undefined>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
  /** Makes the entries of a directory durable. */
  syncDirectory(path: string): Promise<void>;
}

type Callback<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

const call = <T>(start: (done: Callback<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value))));

function directFlags(): number {
  const { O_WRONLY, O_DIRECT } = fs.constants as { O_WRONLY: number; O_DIRECT?: number };
  if (O_DIRECT === undefined) throw Object.assign(new Error('direct writes do not exist here'), { code: 'EINVAL' });
  return O_WRONLY | O_DIRECT;
}

/** The callback interface costs half of what promises with file handles do, and nothing is closed by the collector. */
export const nodeFileSystem: FileSystem = {
  open: (path, flags) => call((done) => fs.open(path, flags === 'direct' ? directFlags() : flags, 0o600, done)),
  write: (fd, bytes, position) => call((done) => fs.write(fd, bytes, 0, bytes.length, position, done)),
  read: (fd, buffer, position) => call((done) => fs.read(fd, buffer, 0, buffer.length, position, done)),
  datasync: (fd) => call<void>((done) => fs.fdatasync(fd, done as fs.NoParamCallback)),
  close: (fd) => call<void>((done) => fs.close(fd, done as fs.NoParamCallback)),
  size: async (path) => (await call<fs.Stats>((done) => fs.stat(path, done))).size,
  mkdir: (path) => call<void>((done) => fs.mkdir(path, 0o700, done as fs.NoParamCallback)),
  mkdirs: (path) => fs.promises.mkdir(path, { recursive: true, mode: 0o700 }),
  unlink: (path) => call<void>((done) => fs.unlink(path, done as fs.NoParamCallback)),
  rmdir: (path) => call<void>((done) => fs.rmdir(path, done as fs.NoParamCallback)),
  readdir: (path) => call<string[]>((done) => fs.readdir(path, done)),
  syncDirectory: async (path) => {
    const fd = await call<number>((done) => fs.open(path, 'r', done));
    try {
      await call<void>((done) => fs.fsync(fd, done as fs.NoParamCallback));
    } finally {
      await call<void>((done) => fs.close(fd, done as fs.NoParamCallback));
    }
  },
};

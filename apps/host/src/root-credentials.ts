import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '@zas/config';

export interface RootCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The file that holds a generated pair; absent when the config gave one. */
  readonly file?: string;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SECRET_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const random = (length: number, alphabet: string) =>
  Array.from({ length }, () => alphabet[crypto.randomInt(alphabet.length)]).join('');

/**
 * The server root's key pair: from the config, or made at random on the first
 * start and kept in a file that only its owner can read. There is no built-in pair.
 */
export async function rootCredentials(config: Config): Promise<RootCredentials> {
  const { accessKey, secretKey } = config.root;
  if (accessKey !== undefined && secretKey !== undefined) return { accessKeyId: accessKey, secretAccessKey: secretKey };
  const file = rootCredentialsFile(config.data.dir);
  const kept = await read(file);
  if (kept) return { ...kept, file };
  return replaceRootCredentials(config.data.dir);
}

/** A key pair at random. */
export function makeKeyPair(): Omit<RootCredentials, 'file'> {
  return { accessKeyId: `ZAS${random(17, ALPHABET)}`, secretAccessKey: random(40, SECRET_ALPHABET) };
}

/** Makes a new pair and keeps it in the file in place of the one there; a server takes it up when it starts. */
export async function replaceRootCredentials(dataDir: string): Promise<RootCredentials> {
  const file = rootCredentialsFile(dataDir);
  const made = makeKeyPair();
  await write(file, `${JSON.stringify(made, null, 2)}\n`);
  return { ...made, file };
}

/** Where a pair that was made is kept. */
export function rootCredentialsFile(dataDir: string): string {
  return path.join(dataDir, 'root-credentials.json');
}

async function read(file: string): Promise<Omit<RootCredentials, 'file'> | undefined> {
  let text: string;
  try {
    text = await fs.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { accessKeyId, secretAccessKey } = JSON.parse(text) as Partial<RootCredentials>;
  if (typeof accessKeyId === 'string' && typeof secretAccessKey === 'string') return { accessKeyId, secretAccessKey };
  throw new Error(`${file} does not hold accessKeyId and secretAccessKey`);
}

/** Whole or not at all, also through a power cut: a half-written pair would lock everybody out. */
async function write(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await fs.rm(temporary, { force: true });
  const handle = await fs.open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    const { uid, gid } = await fs.stat(path.dirname(file));
    // Written by root for a server that is somebody else, who has to read it.
    if (process.getuid?.() === 0 && uid !== 0) await handle.chown(uid, gid);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(temporary, file);
  const folder = await fs.open(path.dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

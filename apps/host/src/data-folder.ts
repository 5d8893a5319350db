import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes the folder of all data with its parents, every entry durable: what is
 * stored below is only as durable as the folders that lead to it. Idempotent.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  const absolute = path.resolve(folder);
  const made = await fs.mkdir(absolute, { recursive: true, mode: 0o700 });
  const topmost = path.dirname(made ?? absolute);
  for (let parent = path.dirname(absolute); ; parent = path.dirname(parent)) {
    await syncFolder(parent, made === undefined);
    if (parent === topmost || parent === path.dirname(parent)) return;
  }
}

/** A folder made by an earlier start is synced again, as that start may have been cut off; its parent may then be another user's. */
async function syncFolder(folder: string, mayBeForeign: boolean): Promise<void> {
  let handle: fs.FileHandle;
  try {
    handle = await fs.open(folder, 'r');
  } catch (error) {
    if (mayBeForeign && (error as NodeJS.ErrnoException).code === 'EACCES') return;
    throw error;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

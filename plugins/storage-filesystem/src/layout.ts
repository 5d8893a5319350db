import path from 'node:path';

/**
 * The tree below the root; a locator is `epoch/serial`:
 *
 *     00000007/            the epoch
 *       00000000/          the serial without its last two characters
 *         000000001z       the bytes, under the whole serial
 *
 * so a folder holds at most 1,296 files, and files written together share it and its sync.
 */
export class Layout {
  constructor(readonly root: string) {}

  epoch(locator: string): string {
    return path.join(this.root, locator.slice(0, 8));
  }

  group(locator: string): string {
    return path.join(this.root, locator.slice(0, 8), locator.slice(9, 17));
  }

  file(locator: string): string {
    return path.join(this.group(locator), locator.slice(9));
  }
}

export const EPOCH_NAME = /^[0-9a-z]{8}$/;
export const SERIAL_NAME = /^[0-9a-z]{10}$/;

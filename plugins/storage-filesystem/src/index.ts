import path from 'node:path';
import { blobStore, definePlugin, healthProbe, provide } from '@zas/plugin-api';
import { z } from 'zod';
import type { FileSystem } from './file-system.js';
import { nodeFileSystem } from './file-system.js';
import { FilesystemBlobStore } from './filesystem-blob-store.js';

export { FilesystemBlobStore } from './filesystem-blob-store.js';
export type { FileSystem } from './file-system.js';
export { nodeFileSystem } from './file-system.js';

/** The plugin over any file system; tests inject one that fails. */
export function filesystemPlugin(fs: FileSystem) {
  return definePlugin({
    id: 'storage-filesystem',
    apiVersion: '^0.1.0',
    version: '0.1.0',
    provides: [blobStore, healthProbe],
    config: z.strictObject({
      path: z.string().min(1).optional().describe('Folder of the bytes; default: blobs in the plugin’s own data folder'),
      directWrites: z
        .boolean()
        .default(true)
        .describe('Write whole pages of large bodies past the page cache where the file system can: less processor time, but the first read comes from the disk'),
    }),
    setup({ config, dataDir, clock }) {
      const store = new FilesystemBlobStore(fs, path.resolve(config.path ?? path.join(dataDir, 'blobs')), clock, config.directWrites);
      return { provide: [provide(blobStore, store), provide(healthProbe, store.health)], start: () => store.start() };
    },
  });
}

export default filesystemPlugin(nodeFileSystem);

import path from 'node:path';
import { blobStore, definePlugin, provide } from '@zas/plugin-api';
import { z } from 'zod';
import { AppendLogBlobStore } from './append-log-blob-store.js';

export { AppendLogBlobStore } from './append-log-blob-store.js';

export default definePlugin({
  id: 'append-log-storage',
  apiVersion: '^0.1.0',
  version: '1.0.0',
  provides: [blobStore],
  config: z.strictObject({
    path: z.string().min(1).optional().describe('Folder of the log; default: the plugin’s own data folder'),
  }),
  setup({ config, dataDir }) {
    const store = new AppendLogBlobStore(path.resolve(config.path ?? dataDir, 'blobs.log'));
    return { provide: [provide(blobStore, store)], start: () => store.start(), stop: () => store.stop() };
  },
});

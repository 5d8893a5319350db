import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { metadataStoreSuite, silentLogger } from '@zas/plugin-testkit';
import { configSchema } from './config.js';
import { SqliteMetadataStore } from './sqlite-metadata-store.js';

metadataStoreSuite({ describe, it, before: beforeAll, after: afterAll }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'metadata-sqlite-'));
  const open = async () => {
    const store = new SqliteMetadataStore({ ...configSchema.parse({}), path: join(folder, 'metadata.db'), logger: silentLogger });
    await store.open(() => undefined);
    return store;
  };
  let store = await open();
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});

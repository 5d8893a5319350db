import { join } from 'node:path';
import { definePlugin, healthProbe, metadataStore, meter, noopMeter, provide, type Meter } from '@zas/plugin-api';
import { configSchema } from './config.js';
import { SqliteMetadataStore } from './sqlite-metadata-store.js';

/** The metadata store on embedded SQLite: one folder, one writing process. */
export default definePlugin({
  id: 'metadata-sqlite',
  apiVersion: '^0.1.0',
  version: '0.1.0',
  provides: [metadataStore, healthProbe],
  optional: [meter],
  config: configSchema,
  setup({ config, points, logger, dataDir }) {
    const telemetry = points.optional(meter) ?? noopMeter;
    const store = new SqliteMetadataStore({ ...config, path: config.path ?? join(dataDir, 'metadata.db'), logger });
    return {
      provide: [provide(metadataStore, store), provide(healthProbe, store.probe)],
      start: () => {
        telemetry.gauge({ name: 'metadata_queue_intents', help: 'Writes that wait for a commit' }, () => store.waitingIntents);
        telemetry.gauge({ name: 'metadata_wal_bytes', help: 'Bytes of the write-ahead log in use' }, () => store.walBytes);
        return store.open(commitObserver(telemetry));
      },
      drain: () => store.drain(),
      stop: () => store.close(),
    };
  },
});

function commitObserver(telemetry: Meter) {
  const size = telemetry.histogram({
    name: 'metadata_commit_group_size',
    help: 'Writes in one commit',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  });
  const seconds = telemetry.histogram({
    name: 'metadata_commit_seconds',
    help: 'Time of one commit, its sync included',
    buckets: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
  });
  return (intents: number, duration: number) => {
    size.observe(intents);
    seconds.observe(duration);
  };
}

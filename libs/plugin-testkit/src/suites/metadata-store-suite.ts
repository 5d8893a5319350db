import type { Runner } from '../runner.js';
import { bucketPromises } from './metadata-buckets.js';
import { changePromises } from './metadata-changes.js';
import { concurrencyPromises, restartPromises } from './metadata-concurrency.js';
import { contentPromises } from './metadata-contents.js';
import type { MakeMetadataStore } from './metadata-fixture.js';
import { listingPromises } from './metadata-listing.js';
import { lockPromises } from './metadata-locks.js';
import { manifestPromises } from './metadata-manifests.js';
import { objectPromises } from './metadata-objects.js';
import { documentPromises, feedPromises, leasePromises } from './metadata-records.js';
import { repositoryPromises } from './metadata-repositories.js';
import { settingsPromises } from './metadata-settings.js';
import { uploadPromises } from './metadata-uploads.js';
import { versionPromises } from './metadata-versions.js';

/**
 * Every promise of the metadata store's contract.
 * @param makeStore an empty, started store; called once for each subject
 * @param options.noRestart why the store keeps nothing over a restart; the tests of restarts are then skipped
 */
export function metadataStoreSuite(runner: Runner, makeStore: MakeMetadataStore, options: { noRestart?: string } = {}): void {
  runner.describe('metadata store', () => {
    bucketPromises(runner, makeStore);
    settingsPromises(runner, makeStore);
    objectPromises(runner, makeStore);
    versionPromises(runner, makeStore);
    changePromises(runner, makeStore);
    lockPromises(runner, makeStore);
    listingPromises(runner, makeStore);
    uploadPromises(runner, makeStore);
    contentPromises(runner, makeStore);
    feedPromises(runner, makeStore);
    leasePromises(runner, makeStore);
    documentPromises(runner, makeStore);
    repositoryPromises(runner, makeStore);
    manifestPromises(runner, makeStore);
    concurrencyPromises(runner, makeStore);
    restartPromises(runner, makeStore, options.noRestart);
  });
}

import { blobStore, metadataStore, type BlobStore, type MetadataStore, type Provision } from '@zas/plugin-api';
import { guardBlobStore } from './blob-store-guard.js';
import { Guard, type GuardOptions } from './guard.js';
import { guardMetadataStore } from './metadata-store-guard.js';
import { guardObject } from './guard-object.js';

/** An implementation and its capabilities, each behind its guard. */
export interface GuardedProvision {
  readonly implementation: object;
  readonly capabilities: ReadonlyMap<string, object>;
}

/** Puts the guard of its point around an implementation, and the general one around each capability. */
export function guardProvision(provision: Provision, options: Omit<GuardOptions, 'point'>): GuardedProvision {
  const guard = new Guard({ ...options, point: provision.point.key });
  return {
    implementation: guardImplementation(provision.point.key, provision.implementation as object, guard),
    capabilities: new Map(
      provision.capabilities.map(({ capability, implementation }) => [
        capability.key,
        guardObject(implementation as object, new Guard({ ...options, point: capability.key })),
      ]),
    ),
  };
}

function guardImplementation(key: string, implementation: object, guard: Guard): object {
  if (key === blobStore.key) return guardBlobStore(implementation as BlobStore, guard);
  if (key === metadataStore.key) return guardMetadataStore(implementation as MetadataStore, guard);
  return guardObject(implementation, guard);
}

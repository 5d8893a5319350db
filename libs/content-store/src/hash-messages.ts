import type { DigestRequest, Digests } from './digests.js';

/** What the pool tells a worker: bytes are named by their place in the shared memory. */
export type ToWorker =
  | { readonly do: 'begin'; readonly job: number; readonly request: DigestRequest }
  | { readonly do: 'update'; readonly job: number; readonly offset: number; readonly length: number }
  | { readonly do: 'finish'; readonly job: number }
  | { readonly do: 'drop'; readonly job: number };

/** `update` is answered so that the buffer can be used again. */
export type FromWorker =
  | { readonly did: 'update'; readonly job: number }
  | { readonly did: 'finish'; readonly job: number; readonly digests: Digests };

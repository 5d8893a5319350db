import type { Intent, MetadataStore } from '@zas/plugin-api';
import type { Guard } from './guard.js';
import { guardObject, type MethodRules } from './guard-object.js';

const MAX_KEY_BYTES = 1_024;
/** A UTF-16 unit takes at most three bytes: shorter keys need no counting. */
const SURELY_SHORT = Math.floor(MAX_KEY_BYTES / 3);

/** The contract of {@link MetadataStore}: keys, limits and kinds of intents, nested roles included. */
export function guardMetadataStore(store: MetadataStore, guard: Guard): MetadataStore {
  const mustBeKey = (key: unknown): void => {
    if (typeof key !== 'string' || key === '') throw guard.refuse('invalid-argument', 'Missing key');
    if (!key.isWellFormed()) throw guard.refuse('invalid-argument', 'Key is not well-formed');
    if (key.length > SURELY_SHORT && Buffer.byteLength(key) > MAX_KEY_BYTES) throw guard.refuse('too-large', 'Key is too long');
  };
  const mustBeText = (text: unknown): void => {
    if (text !== undefined && (typeof text !== 'string' || !text.isWellFormed())) {
      throw guard.refuse('invalid-argument', 'Text of a query is not well-formed');
    }
  };
  const mustBeLimit = (limit: unknown, least: number, most: number): void => {
    if (!Number.isSafeInteger(limit) || (limit as number) < least || (limit as number) > most) {
      throw guard.refuse('invalid-argument', 'Limit out of range');
    }
  };
  /** Checks the query at `index` of the arguments. */
  const query = (index: number, least: number, most: number) => ({
    check: (args: readonly unknown[]): void => {
      const { limit, prefix, delimiter, after, afterKey } = (args[index] ?? {}) as Record<string, unknown>;
      mustBeLimit(limit, least, most);
      mustBeText(prefix);
      mustBeText(delimiter);
      mustBeText(afterKey);
      if (typeof after === 'string') mustBeText(after);
    },
  });
  const key = { check: (args: readonly unknown[]): void => mustBeKey((args[1] as { key?: unknown } | undefined)?.key) };

  const rules: MethodRules = {
    apply: {
      check: (args) => {
        const intent = args[1] as Intent | undefined;
        if (intent === undefined || !store.intents.has(intent.kind)) throw guard.refuse('not-implemented', 'The metadata store does not know this intent');
        if ('key' in intent) mustBeKey(intent.key);
        if (intent.kind === 'rename-object') mustBeKey(intent.source);
      },
    },
  };
  const nested: Readonly<Record<string, MethodRules>> = {
    buckets: { list: query(1, 1, 10_000) },
    objects: { find: key, list: query(1, 0, 1_001), listVersions: query(1, 0, 1_001), bodyParts: query(2, 1, 10_000) },
    uploads: {
      find: key,
      list: query(1, 0, 1_001),
      parts: query(2, 1, 10_000),
      olderThan: { check: (args) => mustBeLimit(args[2], 1, 10_000) },
    },
    blobs: {
      known: { check: (args) => mustBeLimit((args[1] as readonly string[] | undefined)?.length, 0, 1_000) },
      list: query(1, 1, 10_000),
      checkInline: query(1, 1, 10_000),
    },
    feed: { read: { check: (args) => mustBeLimit(args[2], 1, 10_000) } },
    leases: {},
    documents: { list: query(3, 1, 10_000) },
    repositories: { list: query(1, 1, 10_000) },
    artifacts: {
      manifests: query(2, 1, 10_000),
      blobs: query(2, 1, 10_000),
      tags: query(2, 1, 10_000),
      referrers: query(3, 1, 10_000),
      holders: { check: (args) => mustBeLimit(args[2], 1, 100) },
    },
    blobUploads: { idle: { check: (args) => mustBeLimit(args[2], 1, 10_000) } },
    unused: { blobs: query(2, 1, 10_000), manifests: query(2, 1, 10_000) },
  };
  return guardObject(store, guard, { rules, nested });
}

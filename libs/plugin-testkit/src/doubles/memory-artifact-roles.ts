import type {
  ArtifactCatalog,
  BlobLink,
  BlobUploadLedger,
  BodyLocation,
  Digest,
  ManifestRecord,
  RepositoryCatalog,
  Unused,
  UnusedArtifacts,
} from '@zas/plugin-api';
import { compareBytes, locationOf, type MemoryMetadataState, type StoredBlob, type StoredBody, type StoredManifest } from './memory-metadata-state.js';

interface Query {
  readonly after?: string;
  readonly limit: number;
}

function page<T>(entries: readonly T[], nameOf: (entry: T) => string, { after, limit }: Query): readonly T[] {
  return entries
    .filter((entry) => after === undefined || compareBytes(nameOf(entry), after) > 0)
    .sort((a, b) => compareBytes(nameOf(a), nameOf(b)))
    .slice(0, limit);
}

export function repositoryCatalog(state: MemoryMetadataState): RepositoryCatalog {
  const records = () => [...state.repositories.values()].map(({ record }) => record);
  return {
    find: async (_context, name) => records().find((record) => record.name === name),
    findById: async (_context, repositoryId) => state.repositories.get(repositoryId)?.record,
    list: async (_context, { prefix = '', owner, ...query }) =>
      page(records().filter((record) => record.name.startsWith(prefix) && (owner === undefined || record.owner === owner)), ({ name }) => name, query),
    usage: async (_context, repositoryId) => {
      const { manifests, blobs } = state.repositories.get(repositoryId) ?? { manifests: new Map(), blobs: new Map() };
      const sizes = [...manifests.values(), ...blobs.values()].map(({ size }) => size as number);
      return { manifests: manifests.size, blobs: blobs.size, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    },
  };
}

export function artifactCatalog(state: MemoryMetadataState): ArtifactCatalog {
  return {
    manifest: async (_context, repositoryId, reference, options) => {
      const repository = state.repositories.get(repositoryId);
      const digest = 'digest' in reference ? reference.digest : repository?.tags.get(reference.tag)?.digest;
      const found = digest === undefined ? undefined : repository?.manifests.get(digest);
      return found && manifestRecord(state, digest!, found, options?.body);
    },
    manifests: async (_context, repositoryId, query) => {
      const found = [...(state.repositories.get(repositoryId)?.manifests ?? [])];
      return page(found, ([digest]) => digest, query).map(([digest, manifest]) => manifestRecord(state, digest, manifest));
    },
    tags: async (_context, repositoryId, { digest, ...query }) => {
      const found = [...(state.repositories.get(repositoryId)?.tags ?? [])].map(([name, tag]) => ({ name, ...tag }));
      return page(found.filter((tag) => digest === undefined || tag.digest === digest), ({ name }) => name, query);
    },
    referrers: async (_context, repositoryId, subject, { artifactType, ...query }) => {
      const found = [...(state.repositories.get(repositoryId)?.manifests ?? [])]
        .filter(([, manifest]) => manifest.subject === subject)
        .filter(([, manifest]) => artifactType === undefined || manifest.artifactType === artifactType)
        .map(([digest, { mediaType, size, artifactType: type, annotations }]) => ({ digest, mediaType, size, artifactType: type, annotations }));
      return page(found, ({ digest }) => digest, query);
    },
    blob: async (_context, repositoryId, digest, options) => {
      const found = state.repositories.get(repositoryId)?.blobs.get(digest);
      if (!found) return undefined;
      return blobLink(state, digest, found, options?.body);
    },
    blobs: async (_context, repositoryId, query) => {
      const found = [...(state.repositories.get(repositoryId)?.blobs ?? [])];
      return page(found, ([digest]) => digest, query).map(([digest, blob]) => blobLink(state, digest, blob));
    },
    holders: async (_context, digest, limit) =>
      [...state.repositories.values()]
        .filter(({ blobs }) => blobs.has(digest))
        .map(({ record }) => record)
        .slice(0, limit),
  };
}

function blobLink(state: MemoryMetadataState, digest: Digest, { size, linkedAt, unusedSince, body }: StoredBlob, withBytes?: boolean): BlobLink {
  return { digest, size, linkedAt, unusedSince, ...bodyOf(state, body, withBytes) };
}

function manifestRecord(state: MemoryMetadataState, digest: Digest, manifest: StoredManifest, body?: boolean): ManifestRecord {
  const { mediaType, size, pushedAt, artifactType, subject, annotations, unusedSince, pulledAt } = manifest;
  const rest = { artifactType, subject, annotations, unusedSince, pulledAt };
  return { digest, mediaType, size, pushedAt, ...rest, ...bodyOf(state, manifest.body, body) };
}

function bodyOf(state: MemoryMetadataState, body: StoredBody, withBytes = false): { body: BodyLocation; corrupt?: true } {
  const location = locationOf(state, body);
  if (location.kind === 'inline' && withBytes) return { body: { ...location, bytes: state.inlineBodies.get(location.inlineId) } };
  const corrupt = location.kind === 'content' && !state.contents.get(location.contentId)!.shared;
  return corrupt ? { body: location, corrupt } : { body: location };
}

export function blobUploadLedger(state: MemoryMetadataState): BlobUploadLedger {
  return {
    find: async (_context, uploadId) => state.blobUploads.get(uploadId),
    idle: async (_context, before, limit) =>
      [...state.blobUploads.values()]
        .filter(({ touchedAt }) => touchedAt < before)
        .sort((a, b) => a.touchedAt - b.touchedAt)
        .slice(0, limit),
  };
}

export function unusedArtifacts(state: MemoryMetadataState): UnusedArtifacts {
  const list = <T extends { size: number; unusedSince: number | undefined }, R>(
    kind: (repository: { blobs: Map<Digest, T>; manifests: Map<Digest, T> }) => Map<Digest, T>,
    before: number,
    { after, limit }: { after?: Unused; limit: number },
    more: (found: T) => R,
  ) =>
    [...state.repositories.values()]
      .flatMap(({ record, ...repository }) =>
        [...kind(repository as never)].map(([digest, found]) => ({
          ...{ repository: record, digest, size: found.size, unusedSince: found.unusedSince ?? Infinity },
          ...more(found),
        })),
      )
      .filter(({ unusedSince }) => unusedSince < before)
      .sort(byDisuse)
      .filter((entry) => after === undefined || byDisuse(entry, after) > 0)
      .slice(0, limit);
  return {
    blobs: async (_context, before, query) => list(({ blobs }) => blobs, before, query, () => ({})),
    manifests: async (_context, before, query) =>
      list<StoredManifest, { subject?: Digest }>(({ manifests }) => manifests, before, query, ({ subject }) => ({ subject })),
  };
}

function byDisuse(a: Unused, b: Unused): number {
  return a.unusedSince - b.unusedSince || a.repository.id - b.repository.id || compareBytes(a.digest, b.digest);
}

import type {
  ArtifactCatalog,
  BucketCatalog,
  BucketRecord,
  CallContext,
  Intent,
  IntentKind,
  MetadataStore,
  ObjectCatalog,
  Outcomes,
  RepositoryCatalog,
  RepositoryRecord,
  UploadLedger,
} from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { BucketArtifacts } from './bucket-artifacts.js';
import { RepositoryObjects } from './repository-objects.js';
import type { View, ViewedParts } from './views.js';
import { idOfView, isView } from './views.js';

const EMPTY_PAGE = { entries: [], truncated: false };

/**
 * A metadata store that shows views beside what is there: to the S3 door some
 * repositories as buckets, to the OCI door some buckets as repositories, so that
 * each door's own code serves them. Nothing can be written to a view.
 *
 * A view has the name that the configuration gives it, its owner is that of what lies
 * behind, and every look into it asks for the permission of what lies behind, beside
 * what its door has asked.
 */
export function viewedMetadata(parts: ViewedParts): MetadataStore {
  const { metadata } = parts;
  return {
    ...rolesOf(metadata),
    apply: (context, intent) => apply(parts, context, intent),
    ...bucketSide(parts),
    ...repositorySide(parts),
  };
}

/** Roles may be getters of a class, which a spread would miss. */
function rolesOf({ intents, buckets, objects, uploads, blobs, feed, leases, documents, repositories, artifacts, blobUploads, unused }: MetadataStore) {
  return { intents, buckets, objects, uploads, blobs, feed, leases, documents, repositories, artifacts, blobUploads, unused };
}

async function apply<K extends IntentKind>(parts: ViewedParts, context: CallContext, intent: Extract<Intent, { kind: K }>): Promise<Outcomes[K]> {
  const { metadata } = parts;
  const any = intent as Intent;
  if (any.kind === 'mount-blob' && isView(any.from)) throw new StoreError('not-found', 'Views are not mounted', { details: { reason: 'blob' } });
  if ('body' in any && any.body.kind === 'copy' && isView(any.body.from.bucketId)) throw new StoreError('not-implemented', 'Views are read, not copied');
  const place = 'bucketId' in any ? any.bucketId : 'repositoryId' in any ? any.repositoryId : 0;
  if (isView(place)) throw new StoreError('access-denied', 'A view is read-only');
  const taken = any.kind === 'create-bucket' && parts.repositories.some(({ bucket }) => bucket === any.name);
  if (taken) throw new StoreError('already-exists', 'A view has this name', { details: { reason: 'bucket' } });
  return metadata.apply<K>(context, intent);
}

function bucketSide({ metadata, repositories: views, access }: ViewedParts): { buckets: BucketCatalog; objects: ObjectCatalog; uploads: UploadLedger } {
  const { buckets, objects, uploads } = metadata;
  const shown = new RepositoryObjects(metadata.artifacts, access);
  const bucketOf = async (context: CallContext, view: View | undefined): Promise<BucketRecord | undefined> => {
    const repository = view && (await metadata.repositories.find(context, view.repository));
    return repository && shown.bucketOf(repository, view.bucket);
  };
  const behind = (context: CallContext, bucketId: number) => metadata.repositories.findById(context, idOfView(bucketId));
  return {
    buckets: {
      find: async (context, name) => (await bucketOf(context, views.find(({ bucket }) => bucket === name))) ?? buckets.find(context, name),
      findById: async (context, bucketId) => {
        if (!isView(bucketId)) return buckets.findById(context, bucketId);
        const repository = await behind(context, bucketId);
        return bucketOf(context, views.find((view) => view.repository === repository?.name));
      },
      list: async (context, query) => {
        const found = await Promise.all(views.map((view) => bucketOf(context, view)));
        const wanted = found.filter((bucket) => bucket !== undefined && (query.owner === undefined || bucket.owner === query.owner)) as BucketRecord[];
        return merged(wanted, await buckets.list(context, query), query);
      },
      usage: async (context, bucketId) => {
        if (!isView(bucketId)) return buckets.usage(context, bucketId);
        const { manifests, blobs, bytes } = await metadata.repositories.usage(context, idOfView(bucketId));
        return { objects: manifests + blobs, bytes };
      },
    },
    objects: {
      find: async (context, object, options) => {
        if (!isView(object.bucketId)) return objects.find(context, object, options);
        const repository = await behind(context, object.bucketId);
        if (!repository || (object.versionId !== undefined && object.versionId !== 'null')) return undefined;
        return shown.find(context, repository, object.key, options?.body ?? false);
      },
      list: async (context, query) => {
        if (!isView(query.bucketId)) return objects.list(context, query);
        const repository = await behind(context, query.bucketId);
        return repository ? shown.list(context, repository, query) : EMPTY_PAGE;
      },
      listVersions: async (context, query) => {
        if (!isView(query.bucketId)) return objects.listVersions(context, query);
        const repository = await behind(context, query.bucketId);
        const { afterKey: after, ...rest } = query;
        return repository ? shown.list(context, repository, { ...rest, after }) : EMPTY_PAGE;
      },
      extents: (...call) => objects.extents(...call),
      inlineBytes: (...call) => objects.inlineBytes(...call),
      bodyParts: (...call) => objects.bodyParts(...call),
    },
    uploads: {
      find: async (context, upload) => (isView(upload.bucketId) ? undefined : uploads.find(context, upload)),
      list: async (context, query) => (isView(query.bucketId) ? EMPTY_PAGE : uploads.list(context, query)),
      parts: (...call) => uploads.parts(...call),
      completed: (...call) => uploads.completed(...call),
      olderThan: (...call) => uploads.olderThan(...call),
    },
  };
}

function repositorySide({ metadata, buckets: views, access }: ViewedParts): { repositories: RepositoryCatalog; artifacts: ArtifactCatalog } {
  const { repositories, artifacts } = metadata;
  const shown = new BucketArtifacts(metadata, access);
  const repositoryOf = async (context: CallContext, view: View | undefined): Promise<RepositoryRecord | undefined> => {
    const bucket = view && (await metadata.buckets.find(context, view.bucket));
    return bucket && shown.repositoryOf(bucket, view.repository);
  };
  const behind = (context: CallContext, repositoryId: number) => metadata.buckets.findById(context, idOfView(repositoryId));
  return {
    repositories: {
      find: async (context, name) => (await repositoryOf(context, views.find(({ repository }) => repository === name))) ?? repositories.find(context, name),
      findById: async (context, repositoryId) => {
        if (!isView(repositoryId)) return repositories.findById(context, repositoryId);
        const bucket = await behind(context, repositoryId);
        return repositoryOf(context, views.find((view) => view.bucket === bucket?.name));
      },
      list: async (context, query) => {
        const found = await Promise.all(views.map((view) => repositoryOf(context, view)));
        const wanted = found.filter((repository) => repository !== undefined && (query.owner === undefined || repository.owner === query.owner)) as RepositoryRecord[];
        return merged(wanted, await repositories.list(context, query), query);
      },
      usage: async (context, repositoryId) => {
        if (!isView(repositoryId)) return repositories.usage(context, repositoryId);
        const { objects, bytes } = await metadata.buckets.usage(context, idOfView(repositoryId));
        return { manifests: objects, blobs: objects, bytes };
      },
    },
    artifacts: {
      manifest: async (context, repositoryId, reference, options) => {
        if (!isView(repositoryId)) return artifacts.manifest(context, repositoryId, reference, options);
        const bucket = await behind(context, repositoryId);
        return bucket && shown.manifest(context, bucket, reference);
      },
      manifests: async (context, repositoryId, query) => (isView(repositoryId) ? [] : artifacts.manifests(context, repositoryId, query)),
      tags: async (context, repositoryId, query) => {
        if (!isView(repositoryId)) return artifacts.tags(context, repositoryId, query);
        const bucket = await behind(context, repositoryId);
        return bucket && query.digest === undefined ? shown.tags(context, bucket, query) : [];
      },
      referrers: async (context, repositoryId, subject, query) => (isView(repositoryId) ? [] : artifacts.referrers(context, repositoryId, subject, query)),
      blob: async (context, repositoryId, digest, options) => {
        if (!isView(repositoryId)) return artifacts.blob(context, repositoryId, digest, options);
        const bucket = await behind(context, repositoryId);
        return bucket && shown.blob(context, bucket, digest);
      },
      blobs: async (context, repositoryId, query) => (isView(repositoryId) ? [] : artifacts.blobs(context, repositoryId, query)),
      holders: (...call) => artifacts.holders(...call),
    },
  };
}

/** A page of what is there with the views among it; a view hides what has its name. */
function merged<T extends { readonly name: string }>(
  views: readonly T[],
  page: readonly T[],
  { prefix = '', after, limit }: { readonly prefix?: string; readonly after?: string; readonly limit: number },
): readonly T[] {
  const full = page.length === limit;
  const last = page.at(-1)?.name;
  const here = views.filter(({ name }) => name.startsWith(prefix) && (after === undefined || name > after) && !(full && last !== undefined && name > last));
  if (here.length === 0) return page;
  const hidden = new Set(here.map(({ name }) => name));
  return [...page.filter(({ name }) => !hidden.has(name)), ...here].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, limit);
}

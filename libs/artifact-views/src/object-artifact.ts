import crypto from 'node:crypto';
import type { BlobLedger, BodyLocation, CallContext, Digest, Extent, ObjectCatalog, ObjectVersion } from '@zas/plugin-api';

export const OBJECT_ARTIFACT_TYPE = 'application/vnd.zot-artifact-store.s3.object.v1';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCTETS = 'application/octet-stream';
const TITLE = 'org.opencontainers.image.title';

/** The config of artifacts that have none. */
export const EMPTY_CONFIG = Buffer.from('{}');
export const EMPTY_DIGEST = digestOf(EMPTY_CONFIG);

/** More parts than this make an object that is not shown: each is found by a record of its own. */
const MOST_LAYERS = 1000;

/** A stretch of an object that is a blob by itself. */
export interface Layer {
  readonly digest: Digest;
  readonly size: number;
  readonly body: BodyLocation;
}

/** An object as an artifact. It follows from its key and its content alone, so its digest stays while they do. */
export interface ObjectArtifact {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly layers: readonly Layer[];
}

export interface LayerSources {
  readonly objects: ObjectCatalog;
  readonly blobs: BlobLedger;
}

/**
 * Makes the manifest of an object, found with its body. One that came in one piece is
 * one layer, one that came in parts a layer a part.
 * @returns `undefined` when its pieces are parts of other things, whose digest nobody knows
 */
export async function artifactOf(sources: LayerSources, context: CallContext, version: ObjectVersion): Promise<ObjectArtifact | undefined> {
  const layers = await layersOf(sources, context, version);
  if (!layers || layers.length > MOST_LAYERS) return undefined;
  const name = version.key.slice(version.key.lastIndexOf('/') + 1) || version.key;
  const title = (i: number) => (layers.length === 1 ? name : `${name}.part-${String(i + 1).padStart(5, '0')}`);
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: OBJECT_ARTIFACT_TYPE,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: EMPTY_DIGEST, size: EMPTY_CONFIG.length, data: EMPTY_CONFIG.toString('base64') },
    layers: layers.map(({ digest, size }, i) => ({ mediaType: OCTETS, digest, size, annotations: { [TITLE]: title(i) } })),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return { digest: digestOf(bytes), mediaType: MANIFEST, bytes, layers };
}

async function layersOf(sources: LayerSources, context: CallContext, { body, size }: ObjectVersion): Promise<readonly Layer[] | undefined> {
  if (body.kind === 'empty') return [{ digest: digestOf(Buffer.alloc(0)), size: 0, body }];
  if (body.kind !== 'extents') {
    const layer = await layerOf(sources, context, body, size);
    return layer && [layer];
  }
  const extents = await sources.objects.extents(context, body.bodyId, 0, size);
  const layers = await Promise.all(extents.map((extent) => extentLayer(sources, context, extent)));
  return layers.every((layer) => layer !== undefined) && layers.length > 0 ? layers : undefined;
}

function extentLayer(sources: LayerSources, context: CallContext, { source, length }: Extent): Promise<Layer | undefined> {
  if (source.kind === 'content') return layerOf(sources, context, source, length);
  return source.offset === 0 ? layerOf(sources, context, { kind: 'inline', inlineId: source.inlineId }, length) : Promise.resolve(undefined);
}

/** @returns `undefined` for what is only a part of a content */
async function layerOf(sources: LayerSources, context: CallContext, body: Extract<BodyLocation, { kind: 'inline' | 'content' }>, size: number): Promise<Layer | undefined> {
  if (body.kind === 'inline') {
    const bytes = body.bytes ?? (await sources.objects.inlineBytes(context, body.inlineId));
    return bytes?.length === size ? { digest: digestOf(bytes), size, body: { ...body, bytes } } : undefined;
  }
  if (body.offset !== 0 || body.contentSize !== size) return undefined;
  const sha256 = await sources.blobs.sha256(context, body.contentId);
  return sha256 === undefined ? undefined : { digest: `sha256:${sha256}`, size, body };
}

function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${crypto.hash('sha256', bytes, 'hex')}`;
}

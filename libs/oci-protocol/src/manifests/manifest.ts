import type { ManifestMediaType } from './media-types.js';

/** What a registry must know of a manifest; the bytes themselves are kept as they came. */
export interface Manifest {
  readonly mediaType: ManifestMediaType;
  /** As the manifest says it; see {@link referrerArtifactType}. */
  readonly artifactType?: string;
  /** Of a manifest that is no index. */
  readonly configMediaType?: string;
  /** What the manifest is about; it need not exist. Never of a Docker manifest. */
  readonly subject?: Subject;
  /** Without prototype, so that any key is just a key. Empty for Docker manifests. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Everything that the manifest holds, in its order: the config first, then the layers; or the entries of an index. */
  readonly references: readonly ManifestReference[];
}

export interface Subject {
  readonly mediaType: string;
  /** Well-formed, of any algorithm. */
  readonly digest: string;
  readonly size: number;
}

/**
 * A descriptor within a manifest.
 *
 * `kind` follows the media type, wherever the descriptor stands: what may be pushed
 * to `manifests/` is a manifest, all else a blob. Clients choose the endpoint to
 * push to and to pull from by media type, and so Distribution checks. An index may
 * list blobs: the image specification forbids an error for unknown media types, and
 * BuildKit's older cache exports are indexes of layers.
 */
export interface ManifestReference {
  readonly kind: 'blob' | 'manifest';
  /** Its place; an entry of an index is `manifest` or `blob` as its kind is. */
  readonly role: 'config' | 'layer' | 'manifest' | 'blob';
  readonly mediaType: string;
  /** Well-formed; of an algorithm that the registry does not keep, nothing of it can be present. */
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly platform?: Platform;
  /** False for foreign and nondistributable layers with `urls`: they need not be in the repository. */
  readonly required: boolean;
}

export interface Platform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly osVersion?: string;
  readonly osFeatures?: readonly string[];
}

/**
 * The `artifactType` that a list of referrers shows for a manifest: its own, else
 * the media type of its config; an index without one has none.
 */
export function referrerArtifactType(manifest: Manifest): string | undefined {
  return manifest.artifactType ?? manifest.configMediaType;
}

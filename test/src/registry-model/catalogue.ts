import crypto from 'node:crypto';
import type { ManifestReference } from '@zas/plugin-api';
import type { Random } from '../property/random.js';

export interface BlobToPush {
  readonly digest: string;
  readonly bytes: Buffer;
}

export interface ManifestToPush extends BlobToPush {
  readonly references: readonly ManifestReference[];
  readonly subject?: string;
}

const BLOBS = 14;
const MANIFESTS = 36;
/** Of a blob, bytes: from inline to several times that. */
const MOST_BYTES = 900;

/** All that is ever pushed: so little that pushes, mounts and deletes meet. */
export class Catalogue {
  readonly blobs: readonly BlobToPush[];
  readonly manifests: readonly ManifestToPush[];
  private readonly byDigest: ReadonlyMap<string, BlobToPush>;

  constructor(random: Random) {
    this.blobs = Array.from({ length: BLOBS }, (_, index) => named(Buffer.alloc(random.integer(1, MOST_BYTES), `blob ${index} `)));
    const manifests: ManifestToPush[] = [];
    for (let index = 0; index < MANIFESTS; index++) manifests.push(this.manifest(index, manifests, random));
    this.manifests = manifests;
    this.byDigest = new Map([...this.blobs, ...manifests].map((one) => [one.digest, one]));
  }

  bytesOf(digest: string): Buffer {
    return this.byDigest.get(digest)!.bytes;
  }

  isManifest(digest: string): boolean {
    return this.manifests.some((one) => one.digest === digest);
  }

  /** An image, or an index of earlier ones; about a third of them are about another manifest. */
  private manifest(index: number, earlier: readonly ManifestToPush[], random: Random): ManifestToPush {
    const isIndex = earlier.length > 4 && random.chance(0.35);
    const from: readonly BlobToPush[] = isIndex ? earlier : this.blobs;
    const chosen = new Set(Array.from({ length: random.integer(1, 3) }, () => random.pick(from)));
    const references = [...chosen].map(({ digest, bytes }) => ({ kind: isIndex ? ('manifest' as const) : ('blob' as const), digest, size: bytes.length, required: true }));
    const subject = earlier.length > 2 && random.chance(0.35) ? random.pick(earlier).digest : undefined;
    const text = JSON.stringify({ index, references: references.map(({ digest }) => digest), subject });
    return { ...named(Buffer.from(text)), references, subject };
  }
}

function named(bytes: Buffer): BlobToPush {
  return { digest: `sha256:${crypto.hash('sha256', bytes, 'hex')}`, bytes };
}

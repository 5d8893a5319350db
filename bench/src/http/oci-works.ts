import { createHash, randomUUID } from 'node:crypto';
import { largeBodies } from './body-source.js';
import type { RequestBody } from './connection.js';
import type { ParsedResponse } from './response-parser.js';
import type { Work, WorkRequest } from './works.js';

const MIB = 1024 * 1024;
const STORED_MANIFESTS = 200;
const STORED_IMAGES = { 1: 40, 10: 8, 100: 2 } as const;
/** Spreads reads; prime to what is stored. */
const STRIDE = 7919;
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';

/** Megabytes of an image's layer. */
type ImageSize = keyof typeof STORED_IMAGES;

export const OCI_WORKS = [
  'manifest-get-tag',
  'manifest-get-digest',
  'manifest-head-tag',
  'manifest-head-digest',
  'manifest-put',
  'blob-head',
  'tags200',
  'push1m',
  'pull1m',
  'push10m',
  'pull10m',
  'push100m',
  'pull100m',
  'mixed-push-pull1m',
] as const;
export type OciWork = (typeof OCI_WORKS)[number];

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** An image that is stored: what pulling it reads. */
interface Image {
  readonly tag: string;
  readonly manifest: Descriptor;
  readonly blobs: readonly Descriptor[];
}

/** Makes a kind of load over one repository. */
export function makeOciWork(name: OciWork, repository: string): Work {
  const at = (rest: string) => `/v2/${repository}/${rest}`;
  const images = new ImageMaker(at);
  switch (name) {
    case 'manifest-get-tag':
      return images.stored(({ tag, manifest }) => read('GET', at(`manifests/${tag}`), manifest));
    case 'manifest-get-digest':
      return images.stored(({ manifest }) => read('GET', at(`manifests/${manifest.digest}`), manifest));
    case 'manifest-head-tag':
      return images.stored(({ tag, manifest }) => read('HEAD', at(`manifests/${tag}`), manifest));
    case 'manifest-head-digest':
      return images.stored(({ manifest }) => read('HEAD', at(`manifests/${manifest.digest}`), manifest));
    case 'blob-head':
      return images.stored(({ blobs }) => read('HEAD', at(`blobs/${blobs[0]!.digest}`), blobs[0]!));
    case 'tags200':
      return { ...images.stored(() => read('GET', at('tags/list'))), sample: { request: { ...read('GET', at('tags/list')), keepBody: true }, learn: checkTags } };
    case 'manifest-put':
      // One config is stored; each manifest differs by an annotation.
      return { prepared: () => 1, prepare: () => images.push('first', []), request: (i) => images.pushManifest(`tag-${i}`, images.first.blobs, []) };
    case 'mixed-push-pull1m':
      return { ...images.storedOf(1), request: (i) => (i % 4 === 3 ? images.push(`mixed-${i}`, [1]) : images.pull(i)) };
    default: {
      const megabytes = Number(/\d+/.exec(name)![0]) as ImageSize;
      if (name.startsWith('pull')) return { ...images.storedOf(megabytes), request: (i) => images.pull(i) };
      return { prepared: () => 0, prepare: () => images.push('unused', []), request: (i) => images.push(`push-${i % STORED_IMAGES[megabytes]}`, [megabytes]) };
    }
  }
}

/** Makes images with a config of their own and layers of the wanted size, and remembers them. */
class ImageMaker {
  private readonly images: Image[] = [];
  private readonly layers = new Map<ImageSize, () => RequestBody>();

  constructor(private readonly at: (rest: string) => string) {}

  get first(): Image {
    return this.images[0]!;
  }

  /** Reads of images without layers. */
  stored(request: (image: Image) => WorkRequest): Work {
    return {
      prepared: () => STORED_MANIFESTS,
      prepare: (i) => this.push(`tag-${String(i).padStart(4, '0')}`, []),
      request: (i) => request(this.images[(i * STRIDE) % this.images.length]!),
    };
  }

  storedOf(megabytes: ImageSize): Pick<Work, 'prepared' | 'prepare'> {
    return { prepared: () => STORED_IMAGES[megabytes], prepare: (i) => this.push(`tag-${i}`, [megabytes]) };
  }

  /** As container tools do it: each blob is asked for, then uploaded, then the manifest. */
  push(tag: string, layers: readonly ImageSize[]): WorkRequest {
    const config = bodyOf({ created: randomUUID(), architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } });
    const blobs = [config, ...layers.map((megabytes) => this.layer(megabytes))];
    const descriptors = blobs.map(descriptorOf);
    const manifest = () => this.pushManifest(tag, descriptors, layers);
    return blobs.reduceRight<() => WorkRequest>((next, blob) => () => this.pushBlob(blob, next), manifest)();
  }

  pushManifest(tag: string, [config, ...layers]: readonly Descriptor[], sizes: readonly ImageSize[]): WorkRequest {
    const document = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { mediaType: OCI_CONFIG, ...config },
      layers: layers.map((layer) => ({ mediaType: OCI_LAYER, ...layer })),
      annotations: { 'org.opencontainers.image.ref.name': tag, 'org.opencontainers.image.revision': randomUUID() },
    };
    const body = bodyOf(document);
    const image: Image = { tag, manifest: descriptorOf(body), blobs: [config!, ...layers] };
    return {
      ...{ method: 'PUT', path: this.at(`manifests/${tag}`), body, contentType: OCI_MANIFEST, auth: 'basic', status: 201, moved: sizes.length === 0 ? body.length : 0 },
      next: () => void this.images.push(image),
    };
  }

  pull(i: number): WorkRequest {
    const { tag, manifest, blobs } = this.images[i % this.images.length]!;
    const last = blobs.reduceRight<(() => WorkRequest) | undefined>((next, blob) => () => ({ ...read('GET', this.at(`blobs/${blob.digest}`), blob), moved: blob.size, next }), undefined);
    return { ...read('GET', this.at(`manifests/${tag}`), manifest), next: last };
  }

  private pushBlob(body: RequestBody, next: () => WorkRequest): WorkRequest {
    const digest = `sha256:${body.sha256}`;
    const basic = { auth: 'basic', moved: 0 } as const;
    const put = ({ location }: ParsedResponse): WorkRequest => {
      const { pathname, search } = new URL(location ?? '', 'http://registry');
      const query = `${search === '' ? '' : `${search.slice(1)}&`}digest=${encodeURIComponent(digest)}`;
      return { ...basic, method: 'PUT', path: pathname, query, body, contentType: 'application/octet-stream', status: 201, moved: body.length, next };
    };
    const post = (): WorkRequest => ({ ...basic, method: 'POST', path: this.at('blobs/uploads/'), status: 202, next: put });
    return { ...basic, method: 'HEAD', path: this.at(`blobs/${digest}`), status: 404, next: post };
  }

  private layer(megabytes: ImageSize): RequestBody {
    let next = this.layers.get(megabytes);
    if (!next) this.layers.set(megabytes, (next = largeBodies(megabytes * MIB)));
    return next();
  }
}

function read(method: 'GET' | 'HEAD', path: string, expected?: Descriptor): WorkRequest {
  // A registry may refuse to hand out what was not asked for.
  return { method, path, auth: 'basic', accept: path.includes('/manifests/') ? OCI_MANIFEST : undefined, status: 200, length: method === 'GET' ? expected?.size : undefined, moved: method === 'GET' ? (expected?.size ?? 0) : 0 };
}

function checkTags(body: Buffer): void {
  const { tags } = JSON.parse(body.toString()) as { tags: readonly string[] };
  if (tags.length !== STORED_MANIFESTS) throw new Error(`The list has ${tags.length} tags instead of ${STORED_MANIFESTS}`);
}

function bodyOf(document: unknown): RequestBody {
  const bytes = Buffer.from(JSON.stringify(document));
  return { pieces: [bytes], length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function descriptorOf({ sha256, length }: RequestBody): Descriptor {
  return { digest: `sha256:${sha256}`, size: length };
}

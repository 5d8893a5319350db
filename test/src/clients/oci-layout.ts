import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import zlib from 'node:zlib';
import { sameFile } from './tools.js';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/** An image, and the files that its layers hold, one each. */
export interface BuiltImage {
  readonly descriptor: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
}

const OCI = 'application/vnd.oci.image';
const INDEX = `${OCI}.index.v1+json`;

/** An OCI image layout in a folder (image specification, "Image Layout"), to be pushed by clients that read such. */
export class OciLayout {
  private readonly tags = new Map<string, Descriptor>();

  private constructor(readonly folder: string) {}

  static async create(folder: string): Promise<OciLayout> {
    await fs.mkdir(path.join(folder, 'blobs/sha256'), { recursive: true });
    await fs.writeFile(path.join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    return new OciLayout(folder);
  }

  /** Adds an image with one layer of random bytes, about as large as that, for each of the sizes. */
  async addImage(sizes: readonly number[], architecture = 'amd64'): Promise<BuiltImage> {
    const files = sizes.map((size, i) => ({ name: `file-${i}`, bytes: crypto.randomBytes(size) }));
    const tars = files.map(({ name, bytes }) => tarOf(name, bytes));
    const layers = await Promise.all(tars.map((tar) => this.addBlob(zlib.gzipSync(tar, { level: 0 }), `${OCI}.layer.v1.tar+gzip`)));
    const platform = { os: 'linux', architecture };
    const rootfs = { type: 'layers', diff_ids: tars.map(digestOf) };
    const history = files.map(({ name }) => ({ created_by: name }));
    const config = await this.addJson({ ...platform, created: '2026-01-01T00:00:00Z', config: { Cmd: ['/none'] }, rootfs, history }, `${OCI}.config.v1+json`);
    const mediaType = `${OCI}.manifest.v1+json`;
    const descriptor = { ...(await this.addJson({ schemaVersion: 2, mediaType, config, layers }, mediaType)), platform };
    return { descriptor, config, layers, files };
  }

  addIndex(images: readonly BuiltImage[]): Promise<Descriptor> {
    return this.addJson({ schemaVersion: 2, mediaType: INDEX, manifests: images.map(({ descriptor }) => descriptor) }, INDEX);
  }

  async tag(name: string, descriptor: Descriptor): Promise<void> {
    this.tags.set(name, descriptor);
    const manifests = [...this.tags].map(([tag, one]) => ({ ...one, annotations: { 'org.opencontainers.image.ref.name': tag } }));
    await fs.writeFile(path.join(this.folder, 'index.json'), JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
  }

  blob({ digest }: Descriptor): string {
    return blobFile(this.folder, digest);
  }

  /** Fails unless the other layout holds a manifest of this one, and all that it names, byte by byte. */
  async sameIn(other: string, { digest, mediaType }: Descriptor): Promise<void> {
    await sameFile(blobFile(this.folder, digest), blobFile(other, digest));
    if (!mediaType.endsWith('.index.v1+json') && !mediaType.endsWith('.manifest.v1+json')) return;
    const { config, layers = [], manifests = [] } = JSON.parse(await fs.readFile(blobFile(this.folder, digest), 'utf8')) as {
      config?: Descriptor;
      layers?: Descriptor[];
      manifests?: Descriptor[];
    };
    for (const one of [...(config ? [config] : []), ...layers, ...manifests]) await this.sameIn(other, one);
  }

  private addJson(value: unknown, mediaType: string): Promise<Descriptor> {
    return this.addBlob(Buffer.from(JSON.stringify(value)), mediaType);
  }

  private async addBlob(bytes: Buffer, mediaType: string): Promise<Descriptor> {
    const digest = digestOf(bytes);
    await fs.writeFile(blobFile(this.folder, digest), bytes);
    return { mediaType, digest, size: bytes.length };
  }
}

export const digestOf = (bytes: Buffer): string => `sha256:${crypto.createHash('sha256').update(bytes).digest('hex')}`;

const blobFile = (folder: string, digest: string): string => path.join(folder, 'blobs', ...digest.split(':'));

const BLOCK = 512;

/** A tar archive of one file (POSIX.1-1988, ustar). */
export function tarOf(name: string, bytes: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  const put = (text: string, at: number) => header.write(text, at, 'latin1');
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  put(name, 0);
  put(octal(0o644, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(bytes.length, 11), 124);
  put(octal(0, 11), 136);
  put(' '.repeat(8), 148);
  put('0', 156);
  put('ustar\u000000', 257);
  put(`${octal(header.reduce((sum, byte) => sum + byte, 0), 6)}\0 `, 148);
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, bytes, padding, Buffer.alloc(2 * BLOCK)]);
}

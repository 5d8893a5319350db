import { sha256 } from 'k6/crypto';
import { SharedArray } from 'k6/data';
import { setting } from '../environment.ts';
import { randomSeed, repeatSeed } from '../texts.ts';
import { OCI_MANIFEST } from './registry-client.ts';

export interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** All that pushing and pulling an image needs to know. The text of its layer is made of the seed when it is wanted. */
export interface Image {
  readonly tag: string;
  readonly manifest: string;
  readonly manifestDigest: string;
  readonly config: string;
  readonly configDescriptor: Descriptor;
  readonly layerSeed: string;
  readonly layerDescriptor: Descriptor;
}

/** Images that are there before the load begins; made once and shared by all users. */
export const storedImages = new SharedArray<Image>('stored images', () =>
  Array.from({ length: setting('images') }, (_, i) => makeImage(`stored-${i}`, `stored layer ${String(i).padStart(9, '0')} .........\n`)),
);

/** An image of new content. */
export function freshImage(tag: string): Image {
  return makeImage(tag, randomSeed());
}

function makeImage(tag: string, layerSeed: string): Image {
  const layerDescriptor = describe(repeatSeed(layerSeed, setting('layer-size')));
  const config = JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [layerDescriptor.digest] } });
  const configDescriptor = describe(config);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...configDescriptor },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layerDescriptor }],
  });
  return { tag, manifest, manifestDigest: describe(manifest).digest, config, configDescriptor, layerSeed, layerDescriptor };
}

export function layerOf({ layerSeed, layerDescriptor }: Image): string {
  return repeatSeed(layerSeed, layerDescriptor.size);
}

function describe(text: string): Descriptor {
  return { digest: `sha256:${sha256(text, 'hex')}`, size: text.length };
}

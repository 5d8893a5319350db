import crypto from 'node:crypto';

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const OCI_EMPTY = 'application/vnd.oci.empty.v1+json';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export function digestOf(bytes: Uint8Array | string, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${crypto.hash(algorithm, bytes, 'hex')}`;
}

export function descriptorOf(bytes: Uint8Array | string, mediaType: string, algorithm: 'sha256' | 'sha512' = 'sha256'): Descriptor {
  return { mediaType, digest: digestOf(bytes, algorithm), size: Buffer.byteLength(bytes) };
}

/** An OCI image of these bytes. @param more further fields, which replace those that it has */
export function imageOf(config: string, layers: readonly (Uint8Array | string)[], more: object = {}) {
  return {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptorOf(config, OCI_CONFIG),
    layers: layers.map((layer) => descriptorOf(layer, OCI_LAYER)),
    ...more,
  };
}

/** An artifact that is about another manifest. */
export function referrerOf(subject: Descriptor, artifactType: string, annotations?: Record<string, string>) {
  const empty = descriptorOf('{}', OCI_EMPTY);
  return { schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType, config: empty, layers: [empty], subject, ...(annotations && { annotations }) };
}

export function indexOf(manifests: readonly Descriptor[], more: object = {}) {
  return { schemaVersion: 2, mediaType: OCI_INDEX, manifests, ...more };
}

/** As it is sent, and named. */
export function manifestBytes(document: object): { readonly text: string; readonly digest: string; readonly descriptor: Descriptor } {
  const text = JSON.stringify(document);
  const descriptor = descriptorOf(text, (document as { mediaType?: string }).mediaType ?? OCI_MANIFEST);
  return { text, digest: descriptor.digest, descriptor };
}

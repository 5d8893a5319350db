import { mustAnswer } from '../expect-answer.ts';
import type { Image } from './images.ts';
import { sendToRegistry } from './registry-client.ts';

/** Removes an image by its digests: manifest first, for nothing may name what is gone. */
export function removeImage(name: string, { manifestDigest, configDescriptor, layerDescriptor }: Pick<Image, 'manifestDigest' | 'configDescriptor' | 'layerDescriptor'>): void {
  remove(`/v2/${name}/manifests/${manifestDigest}`, 'DELETE manifest');
  for (const { digest } of [configDescriptor, layerDescriptor]) remove(`/v2/${name}/blobs/${digest}`, 'DELETE blob');
}

function remove(path: string, name: string): void {
  mustAnswer(sendToRegistry({ method: 'DELETE', path, name, statuses: [202] }), name, [202]);
}

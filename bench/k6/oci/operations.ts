import { sha256 } from 'k6/crypto';
import exec from 'k6/execution';
import { setting } from '../environment.ts';
import { expectAnswer, headerOf, lengthOf, textOf } from '../expect-answer.ts';
import { pick } from '../texts.ts';
import { freshImage, storedImages, type Descriptor, type Image } from './images.ts';
import { pushImage } from './push-image.ts';
import { sendToRegistry } from './registry-client.ts';
import { removeImage } from './remove-image.ts';
import type { Repository } from './repository.ts';

/** What stays in memory of a pushed image: enough to remove it. */
type Pushed = Pick<Image, 'manifestDigest' | 'configDescriptor' | 'layerDescriptor'>;

/** Images that this user pushed and did not remove, oldest first. */
const pushed: Pushed[] = [];
let pushes = 0;

/** A new image; beyond `keys` of them, the user's oldest goes first. */
export function push(repository: Repository): void {
  if (pushed.length >= setting('keys')) removeImage(repository.name, pushed.shift()!);
  const image = freshImage(`user-${exec.vu.idInTest}-${pushes++ % setting('keys')}`);
  const { manifestDigest, configDescriptor, layerDescriptor } = image;
  if (pushImage(repository, image)) pushed.push({ manifestDigest, configDescriptor, layerDescriptor });
}

export function pull({ name }: Repository): void {
  const image = pick(storedImages);
  const answer = sendToRegistry({ method: 'GET', path: `/v2/${name}/manifests/${image.tag}`, name: 'GET manifest', statuses: [200] });
  const found = expectAnswer(answer, 'GET manifest', [200], {
    digest: (one) => headerOf(one, 'docker-content-digest') === image.manifestDigest,
    content: (one) => textOf(one) === image.manifest,
  });
  if (found) for (const blob of [image.configDescriptor, image.layerDescriptor]) pullBlob(name, blob);
}

export function headManifest({ name }: Repository): void {
  const { tag, manifestDigest, manifest } = pick(storedImages);
  const answer = sendToRegistry({ method: 'HEAD', path: `/v2/${name}/manifests/${tag}`, name: 'HEAD manifest', statuses: [200] });
  expectAnswer(answer, 'HEAD manifest', [200], {
    digest: (one) => headerOf(one, 'docker-content-digest') === manifestDigest,
    length: (one) => headerOf(one, 'content-length') === String(manifest.length),
  });
}

export function listTags({ name }: Repository): void {
  const answer = sendToRegistry({ method: 'GET', path: `/v2/${name}/tags/list`, name: 'list of tags', statuses: [200] });
  expectAnswer(answer, 'list of tags', [200], {
    'all stored tags': (one) => {
      const { tags } = JSON.parse(textOf(one)) as { readonly tags: readonly string[] };
      return storedImages.every(({ tag }) => tags.includes(tag));
    },
  });
}

function pullBlob(name: string, { digest, size }: Descriptor): void {
  const answer = sendToRegistry({ method: 'GET', path: `/v2/${name}/blobs/${digest}`, name: 'GET blob', statuses: [200], binary: true });
  expectAnswer(answer, 'GET blob', [200], {
    length: (one) => lengthOf(one) === size,
    digest: (one) => `sha256:${sha256(one.body ?? '', 'hex')}` === digest,
  });
}

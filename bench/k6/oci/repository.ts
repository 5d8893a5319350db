import { headerOf, mustAnswer, textOf } from '../expect-answer.ts';
import { runName } from '../texts.ts';
import { storedImages, type Descriptor } from './images.ts';
import { pushImage } from './push-image.ts';
import { sendToRegistry } from './registry-client.ts';
import { removeImage } from './remove-image.ts';

/** What `setup` hands to every user and to `teardown`. */
export interface Repository {
  readonly name: string;
}

/** A repository of this run; its first push makes it. */
export function nameRepository(): Repository {
  return { name: `load/${runName()}` };
}

export function storeImages(repository: Repository): Repository {
  for (const image of storedImages) if (!pushImage(repository, image)) throw new Error(`${image.tag} could not be stored`);
  return repository;
}

/** Removes all tagged images with their blobs. What no tag names any more is the business of the registry's collection. */
export function removeRepository({ name }: Repository): void {
  for (let tags = firstTags(name); tags.length > 0; tags = firstTags(name)) for (const tag of tags) removeTagged(name, tag);
}

function firstTags(name: string): readonly string[] {
  const answer = sendToRegistry({ method: 'GET', path: `/v2/${name}/tags/list?n=1000`, name: 'list to remove', statuses: [200, 404] });
  const text = textOf(mustAnswer(answer, 'list to remove', [200, 404]));
  return answer.status === 404 ? [] : ((JSON.parse(text) as { readonly tags: readonly string[] | null }).tags ?? []);
}

function removeTagged(name: string, tag: string): void {
  const answer = sendToRegistry({ method: 'GET', path: `/v2/${name}/manifests/${tag}`, name: 'read to remove', statuses: [200] });
  const { config, layers } = JSON.parse(textOf(mustAnswer(answer, 'read to remove', [200]))) as { readonly config: Descriptor; readonly layers: readonly [Descriptor] };
  removeImage(name, { manifestDigest: headerOf(answer, 'docker-content-digest')!, configDescriptor: config, layerDescriptor: layers[0] });
}

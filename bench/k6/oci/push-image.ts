import { expectAnswer, headerOf } from '../expect-answer.ts';
import { layerOf, type Descriptor, type Image } from './images.ts';
import { OCI_MANIFEST, sendToRegistry } from './registry-client.ts';
import type { Repository } from './repository.ts';

/** As container tools do it: each blob is asked for, then uploaded, then the manifest goes under its tag. @returns whether all of it was right */
export function pushImage({ name }: Repository, image: Image): boolean {
  if (!pushBlob(name, image.configDescriptor, image.config) || !pushBlob(name, image.layerDescriptor, layerOf(image))) return false;
  const path = `/v2/${name}/manifests/${image.tag}`;
  const answer = sendToRegistry({ method: 'PUT', path, body: image.manifest, contentType: OCI_MANIFEST, name: 'PUT manifest', statuses: [201] });
  return expectAnswer(answer, 'PUT manifest', [201], { digest: (one) => headerOf(one, 'docker-content-digest') === image.manifestDigest });
}

function pushBlob(name: string, { digest }: Descriptor, text: string): boolean {
  const asked = sendToRegistry({ method: 'HEAD', path: `/v2/${name}/blobs/${digest}`, name: 'HEAD blob before its upload', statuses: [200, 404] });
  if (!expectAnswer(asked, 'HEAD blob before its upload', [200, 404])) return false;
  if (asked.status === 200) return true;

  const begun = sendToRegistry({ method: 'POST', path: `/v2/${name}/blobs/uploads/`, name: 'POST upload', statuses: [202] });
  const location = headerOf(begun, 'location');
  if (!expectAnswer(begun, 'POST upload', [202], { location: () => location !== undefined }) || location === undefined) return false;

  const path = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
  const answer = sendToRegistry({ method: 'PUT', path, body: text, contentType: 'application/octet-stream', name: 'PUT blob', statuses: [201] });
  return expectAnswer(answer, 'PUT blob', [201], { digest: (one) => headerOf(one, 'docker-content-digest') === digest });
}

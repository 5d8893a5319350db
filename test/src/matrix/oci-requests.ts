import { OCI_ROUTES } from '@zas/host/oci-routes';
import { OCI_MANIFEST, digestOf, imageOf, manifestBytes } from '../harness/oci-artifacts.js';
import type { OciClient } from '../harness/oci-client.js';
import type { Keys } from '../harness/signed-client.js';

export type OciCase = (typeof OCI_ROUTES)[number];
export { OCI_ROUTES };

const NAME = 'matrix/app';
const BLOB = 'hello';
const blob = digestOf(BLOB);

export interface OciPlaces {
  readonly image: { readonly text: string; readonly digest: string };
  /** Path of an upload that was begun. */
  readonly upload: string;
}

/** A repository with a tagged image and an upload. */
export async function prepareOci(root: OciClient): Promise<OciPlaces> {
  const push = async (bytes: string) => {
    const { headers } = await root.send('POST', `/v2/${NAME}/blobs/uploads/`, { headers: { 'content-length': '0' } });
    const place = new URL(String(headers.location), root.url);
    place.searchParams.set('digest', digestOf(bytes));
    await root.send('PUT', place.pathname + place.search, { body: bytes });
  };
  await push('{}');
  await push(BLOB);
  const image = manifestBytes(imageOf('{}', [BLOB]));
  await root.send('PUT', `/v2/${NAME}/manifests/latest`, { headers: { 'content-type': OCI_MANIFEST }, body: image.text });
  const begun = await root.send('POST', `/v2/${NAME}/blobs/uploads/`, { headers: { 'content-length': '0' } });
  const upload = new URL(String(begun.headers.location), root.url);
  return { image, upload: upload.pathname + upload.search };
}

/** Sends one request of the route. */
export function sendOci(client: OciClient, route: OciCase, keys: Keys | null, { image, upload }: OciPlaces): Promise<{ status: number; text: string }> {
  const reference = route.by === 'digest' ? image.digest : 'latest';
  const path: Record<OciCase['on'], string> = {
    base: '/v2/',
    catalog: '/v2/_catalog',
    tags: `/v2/${NAME}/tags/list`,
    manifest: `/v2/${NAME}/manifests/${reference}`,
    blob: `/v2/${NAME}/blobs/${blob}`,
    uploads: `/v2/${NAME}/blobs/uploads/`,
    upload,
    referrers: `/v2/${NAME}/referrers/${image.digest}`,
    extension: '/v2/_oci/ext/discover',
    unknown: '/v2/unknown',
  };
  const closing = route.name === 'oci:FinishBlobUpload' ? `${upload.includes('?') ? '&' : '?'}digest=${digestOf('x')}` : '';
  const bodies: Partial<Record<OciCase['name'], string>> = { 'oci:PutManifest': image.text, 'oci:AppendToBlobUpload': 'x' };
  const body = bodies[route.name];
  const headers: Record<string, string> = route.name === 'oci:PutManifest' ? { 'content-type': OCI_MANIFEST } : { 'content-type': 'application/octet-stream' };
  const length: Record<string, string> = body === undefined && ['POST', 'PUT'].includes(route.methods[0]!) ? { 'content-length': '0' } : {};
  return client.as(keys).send(route.methods[0]!, path[route.on] + closing, { headers: { ...headers, ...length }, body });
}


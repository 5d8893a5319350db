import type { OciAction } from '@zas/plugin-api';
import type { OciTarget } from '@zas/oci-protocol';
import { ociError } from '@zas/oci-protocol';
import type { OciOperation } from './oci-call.js';
import type { OciRoute } from './oci-route.js';
import { appendToBlobUpload } from './operations/append-to-blob-upload.js';
import { cancelBlobUpload } from './operations/cancel-blob-upload.js';
import { checkApi } from './operations/check-api.js';
import { deleteBlob } from './operations/delete-blob.js';
import { deleteManifest } from './operations/delete-manifest.js';
import { deleteTag } from './operations/delete-tag.js';
import { finishBlobUpload } from './operations/finish-blob-upload.js';
import { getBlobUpload } from './operations/get-blob-upload.js';
import { getBlob } from './operations/get-blob.js';
import { getManifest } from './operations/get-manifest.js';
import { headBlob } from './operations/head-blob.js';
import { headManifest } from './operations/head-manifest.js';
import { listExtensions } from './operations/list-extensions.js';
import { listReferrers } from './operations/list-referrers.js';
import { listRepositories } from './operations/list-repositories.js';
import { listTags } from './operations/list-tags.js';
import { putManifest } from './operations/put-manifest.js';
import { startBlobUpload } from './operations/start-blob-upload.js';

const route = <const Name extends string>(
  name: Name,
  methods: string,
  on: OciTarget['kind'],
  action: OciAction | undefined,
  run: OciOperation,
  { absent = 'unknown', by }: Partial<Pick<OciRoute, 'absent' | 'by'>> = {},
): OciRoute & { readonly name: `oci:${Name}` } => ({ name: `oci:${name}`, methods: methods.split(' '), on, action, absent, by, run });

/** The endpoints of the distribution specification. */
export const OCI_ROUTES = [
  route('CheckApi', 'GET HEAD', 'base', undefined, checkApi),
  route('ListRepositories', 'GET HEAD', 'catalog', undefined, listRepositories),
  route('ListExtensions', 'GET HEAD', 'extension', undefined, listExtensions),
  route('GetManifest', 'GET', 'manifest', 'oci:GetManifest', getManifest),
  route('HeadManifest', 'HEAD', 'manifest', 'oci:GetManifest', headManifest),
  route('PutManifest', 'PUT', 'manifest', 'oci:PutManifest', putManifest, { absent: 'create' }),
  route('DeleteTag', 'DELETE', 'manifest', 'oci:DeleteTag', deleteTag, { by: 'tag' }),
  route('DeleteManifest', 'DELETE', 'manifest', 'oci:DeleteManifest', deleteManifest, { by: 'digest' }),
  route('GetBlob', 'GET', 'blob', 'oci:GetBlob', getBlob),
  route('HeadBlob', 'HEAD', 'blob', 'oci:GetBlob', headBlob),
  route('DeleteBlob', 'DELETE', 'blob', 'oci:DeleteBlob', deleteBlob),
  route('StartBlobUpload', 'POST', 'uploads', 'oci:PutBlob', startBlobUpload, { absent: 'create' }),
  route('GetBlobUpload', 'GET HEAD', 'upload', 'oci:PutBlob', getBlobUpload),
  route('AppendToBlobUpload', 'PATCH', 'upload', 'oci:PutBlob', appendToBlobUpload),
  route('FinishBlobUpload', 'PUT', 'upload', 'oci:PutBlob', finishBlobUpload),
  route('CancelBlobUpload', 'DELETE', 'upload', 'oci:PutBlob', cancelBlobUpload),
  route('ListTags', 'GET HEAD', 'tags', 'oci:ListTags', listTags),
  route('ListReferrers', 'GET HEAD', 'referrers', 'oci:ListReferrers', listReferrers, { absent: 'empty' }),
] as const satisfies readonly OciRoute[];

export type OciOperationName = (typeof OCI_ROUTES)[number]['name'];

/** The route of a request. Throws `UNSUPPORTED`: 404 for a path that is no endpoint, 405 for another method. */
export function findRoute(method: string, target: OciTarget): OciRoute {
  const named = target.kind === 'manifest' ? target.reference.kind : undefined;
  const here = OCI_ROUTES.filter(({ on, by }) => on === target.kind && (by === undefined || by === named));
  const found = here.find(({ methods }) => methods.includes(method));
  if (found) return found;
  if (here.length === 0) throw ociError('UNSUPPORTED', { status: 404, message: 'no such endpoint' });
  throw ociError('UNSUPPORTED', { headers: { allow: here.flatMap(({ methods }) => methods).join(', ') } });
}

import type { RepositoryRecord } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import { mountBlob, putBlob, startUpload } from '@zas/artifact-registry';
import type { Digest, MountRequest } from '@zas/oci-protocol';
import { digestAlgorithm, digestOf, readUploadStart } from '@zas/oci-protocol';
import type { OciCall, OciOperation } from '../oci-call.js';
import { blobCreated, uploadHeaders } from '../upload-answers.js';

/** Repositories that a mount without a source looks at. */
const CANDIDATES = 16;

/** Mounts a blob, takes it whole, or begins an upload of several requests. */
export const startBlobUpload: OciOperation = async (call) => {
  const { registry, context, repository } = call;
  const { mount, digest, algorithm } = readUploadStart(call.target.query);
  if (mount && (await mounted(call, mount))) return blobCreated(call, mount.digest);
  if (digest && (call.exchange.hasBody || isEmpty(digest))) {
    await putBlob(registry, context, repository.id, digest, { bytes: call.exchange.body(), size: call.contentLength() });
    return blobCreated(call, digest);
  }
  const uploadId = await startUpload(registry, context, repository, algorithm ?? 'sha256');
  return { status: 202, headers: uploadHeaders(call, uploadId, 0) };
};

/** Whatever the reason is why it cannot be mounted, the answer is the same: an upload begins. */
async function mounted(call: OciCall, { digest, from }: MountRequest): Promise<boolean> {
  const { registry, context, repository } = call;
  for (const source of await sources(call, digest, from)) {
    try {
      await mountBlob(registry, context, repository, digest, source);
      // Reading it there is what this is, so it is told as that.
      context.logger.info('blob mounted', { requestId: context.requestId, principal: context.principal?.id, repository: repository.name, from: source.name, digest });
      return true;
    } catch (error) {
      if (!isStoreError(error) || error.code !== 'not-found') throw error;
    }
  }
  return false;
}

/**
 * Where the caller may take it from. A source that the request names counts under
 * the ceiling of the token like any other repository that it names; others under
 * the caller's own rights, as no token could name them.
 */
async function sources(call: OciCall, digest: Digest, from: string | undefined): Promise<readonly RepositoryRecord[]> {
  if (from !== undefined) call.requireMention(from, 'oci:GetBlob');
  const { repositories, artifacts } = call.registry.metadata;
  const named = from === undefined ? undefined : await repositories.find(call.context, from);
  const candidates = from === undefined ? await artifacts.holders(call.context, digest, CANDIDATES) : named ? [named] : [];
  const ceiling = from === undefined ? 'live' : 'token';
  const allowed = await Promise.all(candidates.map((one) => call.mayOn(one, 'oci:GetBlob', ceiling)));
  return candidates.filter((_one, i) => allowed[i]);
}

function isEmpty(digest: Digest): boolean {
  return digest === digestOf(digestAlgorithm(digest), new Uint8Array(0));
}

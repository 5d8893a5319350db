import { deleteObject } from '@zas/object-store';
import type { DeleteOutcome } from '@zas/s3-protocol';
import { checkKey, parseDeleteObjects, renderDeleteResult, s3Error, toS3Error } from '@zas/s3-protocol';
import type { S3Call, S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const deleteObjects: S3Operation = async (call) => {
  const { limits } = call.settings;
  const body = await call.body.read(limits.xmlBytes, { integrity: true });
  const request = parseDeleteObjects(body, { maxDepth: limits.xmlDepth });
  if (request.objects.length > limits.deleteKeys) throw s3Error('MalformedXML');
  // Each key is answered alone; the store puts what comes at once into shared commits.
  const results = await Promise.all(request.objects.map((object) => deleteOne(call, object)));
  return xmlAnswer(renderDeleteResult(results, request.quiet));
};

async function deleteOne(call: S3Call, object: { readonly key: string; readonly versionId?: string }): Promise<DeleteOutcome> {
  const { bucket } = call;
  try {
    checkKey(object.key);
    await call.authorize('s3:DeleteObject', { type: 'object', bucket: bucket.name, ownerAccount: bucket.owner, ...object });
    const { deleteMarker, versionId } = await deleteObject(call.store, call.context, { bucket, ...object });
    return { kind: 'deleted', ...object, deleteMarker, deleteMarkerVersionId: deleteMarker ? versionId : undefined };
  } catch (error) {
    const { code, message } = toS3Error(error);
    return { kind: 'failed', ...object, code, message };
  }
}

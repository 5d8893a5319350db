import { deleteObject } from '@zas/object-store';
import type { DeleteOutcome } from '@zas/s3-protocol';
import { checkKey, parseDeleteObjects, renderDeleteResult, s3Error, toS3Error } from '@zas/s3-protocol';
import { hideAbsence } from '../hide-absence.js';
import { mayBypassGovernance } from '../object-lock.js';
import type { S3Call, S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

type NamedObject = ReturnType<typeof parseDeleteObjects>['objects'][number];

export const deleteObjects: S3Operation = async (call) => {
  const { limits } = call.settings;
  const body = await call.body.read(limits.xmlBytes, { integrity: true });
  const request = parseDeleteObjects(body, { maxDepth: limits.xmlDepth });
  if (request.objects.length > limits.deleteKeys) throw s3Error('MalformedXML');
  // Each key is answered alone; the store puts what comes at once into shared commits.
  const results = await Promise.all(request.objects.map((object) => deleteOne(call, object)));
  return xmlAnswer(renderDeleteResult(results, request.quiet));
};

async function deleteOne(call: S3Call, { key, versionId, etag }: NamedObject): Promise<DeleteOutcome> {
  const target = { bucket: call.bucket, key, versionId };
  try {
    await call.authorize(versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', target, { versionId });
    checkKey(key);
    const { deleteMarker, versionId: affected } = await deleteObject(call.store, call.context, {
      ...target,
      precondition: etag === undefined ? undefined : { ifMatch: [etag] },
      bypassGovernance: await mayBypassGovernance(call, target),
    });
    return { kind: 'deleted', key, versionId, deleteMarker, deleteMarkerVersionId: deleteMarker ? affected : undefined };
  } catch (error) {
    const { code, message } = toS3Error(await hideAbsence(call, error, key));
    return { kind: 'failed', key, versionId, code, message };
  }
}

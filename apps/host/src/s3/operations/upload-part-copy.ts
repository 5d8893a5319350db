import type { ByteRange, ObjectVersion } from '@zas/plugin-api';
import { uploadPartCopy as copyPart } from '@zas/object-store';
import { checkUnsupportedHeaders, invalidArgument, parseCopyRange, renderCopyPart, s3Error } from '@zas/s3-protocol';
import { checkCopyConditions, confirmCopySource, refusingMarkers, resolveCopySource } from '../copy-source.js';
import type { S3Call, S3Operation } from '../s3-call.js';
import { partNumber, uploadName } from '../upload-name.js';
import { xmlAnswer } from '../xml-answer.js';

export const uploadPartCopy: S3Operation = async (call) => {
  checkUnsupportedHeaders(call.headers);
  const name = uploadName(call);
  const number = partNumber(call);
  const source = await resolveCopySource(call);
  const part = await refusingMarkers(() =>
    copyPart(call.store, call.context, {
      ...name,
      number,
      source,
      choose: async (version) => {
        await confirmCopySource(call, source, version);
        checkCopyConditions(call, version);
        return chooseRange(call, version);
      },
    }),
  );
  const sourceVersion = source.bucket.versioning === 'off' ? undefined : part.source.versionId;
  return xmlAnswer(renderCopyPart(part), { 'x-amz-copy-source-version-id': sourceVersion });
};

function chooseRange(call: S3Call, version: ObjectVersion): ByteRange {
  const text = call.headers['x-amz-copy-source-range'] as string | undefined;
  if (text === undefined) return { offset: 0, length: version.size };
  const range = parseCopyRange(text, version.size);
  if (range === undefined) {
    throw invalidArgument('The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy', 'x-amz-copy-source-range', text);
  }
  if (range === 'unsatisfiable') {
    throw s3Error('InvalidArgument', {
      message: `Range specified is not valid for source object of size: ${version.size}`,
      fields: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: text },
    });
  }
  return range;
}

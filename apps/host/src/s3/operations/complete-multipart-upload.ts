import type { Checksum } from '@zas/plugin-api';
import { completeUpload } from '@zas/object-store';
import {
  checkUnsupportedHeaders,
  checksumMismatch,
  parseCompleteMultipartUpload,
  readObjectChecksum,
  readWritePrecondition,
  renderCompleteMultipartUpload,
  s3Error,
} from '@zas/s3-protocol';
import { locationOf } from '../location.js';
import { newVersionHeaders } from '../object-headers.js';
import type { S3Call, S3Operation } from '../s3-call.js';
import { uploadName } from '../upload-name.js';
import { xmlAnswer } from '../xml-answer.js';

export const completeMultipartUpload: S3Operation = async (call) => {
  checkUnsupportedHeaders(call.headers);
  const { limits } = call.settings;
  const precondition = readWritePrecondition(call.headers);
  const stated = readObjectChecksum(call.headers);
  const parts = parseCompleteMultipartUpload(await readDocument(call), { maxDepth: limits.xmlDepth });
  const completed = await completeUpload(call.store, call.context, {
    ...uploadName(call),
    parts,
    precondition,
    verify: ({ size, checksum, type }) => {
      const statedSize = call.headers['x-amz-mp-object-size'];
      if (statedSize !== undefined && Number(statedSize) !== size) {
        throw s3Error('InvalidRequest', { message: `The provided 'x-amz-mp-object-size' header value ${String(statedSize)} does not match what was computed: ${size}` });
      }
      if (stated?.type !== undefined && type !== undefined && stated.type !== type) {
        throw s3Error('InvalidRequest', { message: `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.` });
      }
      if (stated?.value !== undefined) checkValue(stated.algorithm, stated.value, checksum);
    },
  });
  const document = { bucket: call.bucket.name, key: call.key, location: locationOf(call, call.key), etag: completed.etag, checksum: completed.checksum };
  return xmlAnswer(renderCompleteMultipartUpload(document), newVersionHeaders(completed));
};

/** The checksum headers are about the object, not about the document, so only the signature covers it. */
async function readDocument(call: S3Call): Promise<Buffer> {
  const document = await call.body.read(call.settings.limits.xmlBytes, { checksum: false });
  if (document.length === 0) throw s3Error('MalformedXML');
  return document;
}

function checkValue(algorithm: Checksum['algorithm'], value: string, computed: Checksum | undefined): void {
  const bare = computed?.type === 'COMPOSITE' ? computed.value.replace(/-\d+$/, '') : computed?.value;
  if (computed?.algorithm !== algorithm || (value !== computed.value && value !== bare)) throw checksumMismatch(algorithm);
}

import type { ContractCase } from './contract-case.js';
import { aBucket, anUpload } from './s3-places.js';

const upload = ({ bucket, uploadId }: Readonly<Record<string, string>>, more = '') => `/${bucket}/a/key?${more}uploadId=${uploadId}`;
const gone = (bucket: string | undefined, more = '') => ({ what: 'an upload that is not there', path: `/${bucket}/a/key?${more}uploadId=unheard-of`, status: 404, code: 'NoSuchUpload' });
const completion = (etag: string | undefined, number = 1) => `<CompleteMultipartUpload><Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
const JSON_VIEW = { accept: 'application/json' };

/** Of the S3 door: multipart uploads. */
export const S3_UPLOAD_CASES: Readonly<Record<string, ContractCase>> = {
  CreateMultipartUpload: {
    prepare: aBucket,
    right: ({ bucket }) => [
      { path: `/${bucket}/a/key?uploads=` },
      { path: `/${bucket}/a/key?uploads=`, headers: { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT', 'x-amz-meta-a': 'b', 'cache-control': 'no-cache' } },
    ],
    wrong: ({ bucket }) => [
      { what: 'an algorithm that is none', path: `/${bucket}/a/key?uploads=`, headers: { 'x-amz-checksum-algorithm': 'X' }, status: 400, code: 'InvalidRequest' },
      { what: 'encryption', path: `/${bucket}/a/key?uploads=`, headers: { 'x-amz-server-side-encryption': 'AES256' }, status: 501, code: 'NotImplemented' },
    ],
  },
  UploadPart: {
    prepare: anUpload,
    right: (prepared) => ({ path: upload(prepared, 'partNumber=2&'), body: 'hello' }),
    wrong: (prepared) => [
      { ...gone(prepared['bucket'], 'partNumber=1&'), body: 'hello' },
      { what: 'a number that is none', path: upload(prepared, 'partNumber=0&'), body: 'hello', status: 400, code: 'InvalidArgument' },
    ],
  },
  UploadPartCopy: {
    prepare: anUpload,
    right: (prepared) => [
      { path: upload(prepared, 'partNumber=2&'), headers: { 'x-amz-copy-source': `/${prepared['bucket']}/source` } },
      { path: upload(prepared, 'partNumber=2&'), headers: { 'x-amz-copy-source': `/${prepared['bucket']}/source`, 'x-amz-copy-source-range': 'bytes=0-1' } },
    ],
    wrong: (prepared) => {
      const source = { 'x-amz-copy-source': `/${prepared['bucket']}/source` };
      return [
        { ...gone(prepared['bucket'], 'partNumber=1&'), headers: source },
        { what: 'a source that is not there', path: upload(prepared, 'partNumber=2&'), headers: { 'x-amz-copy-source': `/${prepared['bucket']}/nothing` }, status: 404, code: 'NoSuchKey' },
        { what: 'a range beyond it', path: upload(prepared, 'partNumber=2&'), headers: { ...source, 'x-amz-copy-source-range': 'bytes=4-9' }, status: 400, code: 'InvalidArgument' },
        { what: 'a condition that does not hold', path: upload(prepared, 'partNumber=2&'), headers: { ...source, 'x-amz-copy-source-if-match': '"x"' }, status: 412, code: 'PreconditionFailed' },
      ];
    },
  },
  CompleteMultipartUpload: {
    prepare: anUpload,
    right: (prepared) => ({ path: upload(prepared), body: completion(prepared['etag']), headers: { 'x-amz-mp-object-size': '5', 'if-none-match': '*' } }),
    wrong: (prepared) => [
      { ...gone(prepared['bucket']), body: completion(prepared['etag']) },
      { what: 'a part that is not there', path: upload(prepared), body: completion(prepared['etag'], 7), status: 400, code: 'InvalidPart' },
      { what: 'no part', path: upload(prepared), body: '<CompleteMultipartUpload/>', status: 400, code: 'MalformedXML' },
      { what: 'another size', path: upload(prepared), body: completion(prepared['etag']), headers: { 'x-amz-mp-object-size': '6' }, status: 400, code: 'InvalidRequest' },
      { what: 'a condition that does not hold', path: upload(prepared), body: completion(prepared['etag']), headers: { 'if-match': '"x"' }, status: 404, code: 'NoSuchKey' },
    ],
  },
  AbortMultipartUpload: { prepare: anUpload, right: (prepared) => ({ path: upload(prepared) }), wrong: ({ bucket }) => [gone(bucket)] },
  ListParts: {
    prepare: anUpload,
    right: (prepared) => [{ path: upload(prepared) }, { path: upload(prepared), headers: JSON_VIEW }, { path: upload(prepared, 'max-parts=1&part-number-marker=0&encoding-type=url&') }],
    wrong: (prepared) => [gone(prepared['bucket']), { what: 'a marker that is none', path: upload(prepared, 'part-number-marker=x&'), status: 400, code: 'InvalidArgument' }],
  },
  ListMultipartUploads: {
    prepare: anUpload,
    right: ({ bucket }) => [
      { path: `/${bucket}?uploads=` },
      { path: `/${bucket}?uploads=`, headers: JSON_VIEW },
      { path: `/${bucket}?uploads=&prefix=a&delimiter=/&max-uploads=1&encoding-type=url` },
      { path: `/${bucket}?uploads=&key-marker=a&upload-id-marker=b` },
    ],
    wrong: ({ bucket }) => [{ what: 'a count that is none', path: `/${bucket}?uploads=&max-uploads=x`, status: 400, code: 'InvalidArgument' }],
  },
};

export * from './errors/error-table.js';
export * from './errors/s3-error.js';
export * from './errors/to-s3-error.js';
export * from './errors/render-error.js';
export * from './target/query.js';
export * from './target/parse-target.js';
export * from './target/check-names.js';
export { percentDecode, percentEncode } from './target/percent.js';
export * from './sigv2/presigned-v2.js';
export * from './sigv4/request.js';
export * from './sigv4/read-signature.js';
export * from './sigv4/verify-signature.js';
export * from './sigv4/sign-request.js';
export * from './sigv4/signing-key.js';
export { parsePayloadHash } from './sigv4/payload-hash.js';
export { formatTimestamp, parseTimestamp } from './sigv4/timestamp.js';
export * from './chunked/decode-aws-chunked.js';
export * from './chunked/encode-aws-chunked.js';
export * from './headers/bucket-headers.js';
export * from './headers/checksum-headers.js';
export * from './headers/content-headers.js';
export * from './headers/content-md5.js';
export * from './headers/copy-source.js';
export * from './headers/etag.js';
export * from './headers/header-case.js';
export * from './headers/http-date.js';
export * from './headers/iso-date.js';
export * from './headers/object-attributes.js';
export * from './headers/presigned-headers.js';
export * from './headers/range.js';
export * from './headers/read-conditions.js';
export * from './headers/rename-headers.js';
export * from './headers/response-overrides.js';
export * from './headers/storage-class.js';
export * from './headers/unsupported-headers.js';
export * from './headers/user-metadata.js';
export * from './headers/write-offset.js';
export * from './headers/write-preconditions.js';
export * from './acl/acl-headers.js';
export * from './acl/canned-acl.js';
export * from './acl/parse-acl.js';
export * from './acl/render-acl.js';
export { ACL_PERMISSIONS, invalidCanonicalId, type GrantSource, type WireGrant, type WireGrantee } from './acl/wire-grant.js';
export * from './cors/match-cors.js';
export * from './cors/parse-cors.js';
export * from './cors/read-preflight.js';
export * from './cors/render-cors.js';
export * from './locks/lock-headers.js';
export * from './locks/parse-lock-configuration.js';
export * from './locks/parse-retention.js';
export * from './locks/render-locks.js';
export * from './post/check-post-policy.js';
export * from './post/decode-form-data.js';
export * from './post/parse-post-policy.js';
export * from './post/post-answer.js';
export { PostFields } from './post/post-fields.js';
export * from './post/post-headers.js';
export { readPostSignature, verifyPostSignature, type PostSignature } from './post/post-signature.js';
export * from './post/read-boundary.js';
export * from './tags/check-tags.js';
export { parseTagging } from './tags/parse-tagging.js';
export * from './tags/tagging-headers.js';
export * from './listing/entries.js';
export * from './listing/encode-key.js';
export { S3_NAMESPACE, documentIn, element, isoSeconds } from './xml/document.js';
export * from './xml/escape.js';
export * from './xml/parse-xml.js';
export * from './xml/parse-bucket-settings.js';
export * from './xml/parse-complete-multipart-upload.js';
export * from './xml/parse-create-bucket-configuration.js';
export * from './xml/parse-delete-objects.js';
export * from './xml/render-bucket-settings.js';
export * from './xml/render-delete-result.js';
export * from './xml/render-object-attributes.js';
export {
  renderListBuckets,
  renderListObjects,
  renderListObjectsV2,
  renderListVersions,
} from './xml/render-listings.js';
export {
  renderCompleteMultipartUpload,
  renderCopyObject,
  renderCopyPart,
  renderInitiateMultipartUpload,
  renderListMultipartUploads,
  renderListParts,
} from './xml/render-uploads.js';
export * from './json/render-json.js';
export * from './json/wants-json.js';
export * from './tokens/list-token.js';

import type { ContractCase } from './contract-case.js';
import { OCI_CASES } from './oci-cases.js';
import { REST_CASES } from './rest-cases.js';
import { S3_BUCKET_CASES } from './s3-bucket-cases.js';
import { S3_OBJECT_CASES } from './s3-object-cases.js';
import { S3_UPLOAD_CASES } from './s3-upload-cases.js';
import { STS_CASES } from './sts-cases.js';

/** How every operation of the API document is called, by its id. */
export const CONTRACT_CASES: Readonly<Record<string, ContractCase>> = {
  ...S3_BUCKET_CASES,
  ...S3_OBJECT_CASES,
  ...S3_UPLOAD_CASES,
  ...STS_CASES,
  ...OCI_CASES,
  ...REST_CASES,
};

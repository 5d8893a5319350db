import { renderVersioningConfiguration } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

const SHOWN = { off: undefined, enabled: 'Enabled', suspended: 'Suspended' } as const;

export const getBucketVersioning: S3Operation = async (call) => xmlAnswer(renderVersioningConfiguration(SHOWN[call.bucket.versioning]));

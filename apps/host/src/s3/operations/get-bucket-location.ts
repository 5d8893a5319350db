import { renderLocationConstraint } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getBucketLocation: S3Operation = async (call) => xmlAnswer(renderLocationConstraint(call.bucket.region));

import { renderRequestPayment } from '@zas/s3-protocol';
import type { S3Operation } from '../s3-call.js';
import { xmlAnswer } from '../xml-answer.js';

export const getBucketRequestPayment: S3Operation = async (call) => xmlAnswer(renderRequestPayment(call.bucket.settings.requestPayer ?? 'BucketOwner'));

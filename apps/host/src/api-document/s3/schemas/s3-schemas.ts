import { JSON_VIEW_SCHEMAS } from './json-views.js';
import { LISTING_SCHEMAS } from './listings.js';
import { SETTING_SCHEMAS } from './settings.js';
import { SHARED_SCHEMAS } from './shared.js';
import { TRANSFER_SCHEMAS } from './transfers.js';

/** All documents of the S3 door. */
export const S3_SCHEMAS = { ...SHARED_SCHEMAS, ...LISTING_SCHEMAS, ...JSON_VIEW_SCHEMAS, ...SETTING_SCHEMAS, ...TRANSFER_SCHEMAS } as const;

export type S3SchemaName = keyof typeof S3_SCHEMAS;

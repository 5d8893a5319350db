import { S3_NAMESPACE } from '@zas/s3-protocol';
import type { Schema } from '../../json-schema.js';
import { listOf, record } from '../../json-schema.js';

/** A document with this root, in S3's namespace. */
export function document(root: string, properties: Readonly<Record<string, Schema>>): Schema {
  return record(properties, { xml: { name: root, namespace: S3_NAMESPACE } });
}

/** Elements of that name inside an element of the property's. */
export function wrapped(item: string, items: Schema): Schema {
  return listOf('$ref' in items ? items : { ...items, xml: { name: item } }, { xml: { wrapped: true } });
}

import { escapeXml } from '@zas/s3-protocol';
import type { ContentView, DocumentView, SchemaView } from './document-view.js';

/** The example of a body, written as it goes over the wire; `undefined`: there is none. */
export function exampleOf(view: DocumentView, type: string, { schema, example }: ContentView[string]): string | undefined {
  const value = example ?? view.followed(schema).examples?.[0];
  if (value === undefined) return undefined;
  if (type === 'application/xml' || type === 'text/xml') return xmlOf(view, schema, value, '', undefined);
  if (type === 'application/x-www-form-urlencoded') return formOf(value);
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

function formOf(value: unknown): string {
  return Object.entries(value as Record<string, unknown>)
    .map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(text))}`)
    .join('&\n');
}

/** By the hints of the schema; see OpenAPI, "XML Object". */
function xmlOf(view: DocumentView, reference: SchemaView, value: unknown, indent: string, as: string | undefined): string {
  const schema = view.followed(reference);
  const { name = as ?? 'element', namespace } = schema.xml ?? {};
  const tag = as ?? name;
  const attributes = `${namespace === undefined || as !== undefined ? '' : ` xmlns="${namespace}"`}${attributesOf(view, schema, value)}`;
  if (typeof value !== 'object' || value === null) return `${indent}<${tag}${attributes}>${escapeXml(String(value))}</${tag}>`;
  const children = Object.entries(value).flatMap(([property, child]) => childrenOf(view, schema, property, child, `${indent}  `));
  return children.length === 0 ? `${indent}<${tag}${attributes}/>` : [`${indent}<${tag}${attributes}>`, ...children, `${indent}</${tag}>`].join('\n');
}

function attributesOf(view: DocumentView, { properties = {} }: SchemaView, value: unknown): string {
  return Object.entries(properties)
    .map(([name, property]) => [name, view.followed(property).xml] as const)
    .filter(([, xml]) => xml?.attribute)
    .map(([name, xml]) => ` xmlns:${xml!.prefix}="${xml!.namespace}" ${xml!.prefix}:${xml!.name}="${escapeXml(String((value as Record<string, unknown>)[name]))}"`)
    .join('');
}

function childrenOf(view: DocumentView, { properties = {} }: SchemaView, name: string, value: unknown, indent: string): readonly string[] {
  const reference = properties[name] ?? {};
  const schema = view.followed(reference);
  if (schema.xml?.attribute) return [];
  if (!Array.isArray(value)) return [xmlOf(view, reference, value, indent, name)];
  const items = schema.items ?? {};
  if (!schema.xml?.wrapped) return value.map((item) => xmlOf(view, items, item, indent, name));
  const item = view.followed(items).xml?.name ?? name;
  return [`${indent}<${name}>`, ...value.map((one) => xmlOf(view, items, one, `${indent}  `, item)), `${indent}</${name}>`];
}

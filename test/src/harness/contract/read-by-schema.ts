import type { XmlElement } from '@zas/s3-protocol';
import { parseXml } from '@zas/s3-protocol';

/** A JSON schema with OpenAPI's hints for XML. */
export interface XmlSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: XmlSchema;
  readonly properties?: Readonly<Record<string, XmlSchema>>;
  readonly xml?: { readonly name?: string; readonly namespace?: string; readonly wrapped?: boolean; readonly attribute?: boolean };
}

type Resolve = (schema: XmlSchema) => XmlSchema;

/**
 * A document as the JSON that its schema describes. What the schema does not know stays, for
 * `additionalProperties` to refuse. Throws for another root or another namespace.
 */
export function readBySchema(text: string, schema: XmlSchema, resolve: Resolve): unknown {
  const root = parseXml(Buffer.from(text), {}, { attributes: true });
  const { xml: { name, namespace } = {} } = resolve(schema);
  if (root.name !== name) throw new Error(`The root is ${root.name}, not ${name}`);
  const stated = /^(?:<\?[^>]*\?>\s*)?<[^>]*?\sxmlns="([^"]*)"/.exec(text)?.[1];
  if (stated !== namespace) throw new Error(`The namespace is ${stated}, not ${namespace}`);
  return valueOf(root, schema, resolve);
}

function valueOf(element: XmlElement, reference: XmlSchema, resolve: Resolve): unknown {
  const schema = resolve(reference);
  if (schema.type !== 'object') return scalarOf(element, schema);
  const value: Record<string, unknown> = {};
  for (const [name, text] of element.attributes ?? []) value[name] = text;
  for (const child of element.children) {
    const property = schema.properties?.[child.name];
    const own = property && resolve(property);
    if (!property || !own) value[child.name] = child.text;
    else if (own.type !== 'array') value[child.name] = valueOf(child, property, resolve);
    else if (own.xml?.wrapped) value[child.name] = itemsOf(child, own.items!, resolve);
    else value[child.name] = [...((value[child.name] as unknown[] | undefined) ?? []), valueOf(child, own.items!, resolve)];
  }
  return value;
}

function itemsOf(element: XmlElement, items: XmlSchema, resolve: Resolve): unknown[] {
  const wanted = resolve(items).xml?.name;
  return element.children.map((child) => (child.name === wanted ? valueOf(child, items, resolve) : { [`not ${wanted}`]: child.name }));
}

function scalarOf({ text, children }: XmlElement, { type }: XmlSchema): unknown {
  if (children.length > 0) return { unexpected: children.map(({ name }) => name) };
  return coerced(text, type);
}

/** Text as the type that the schema names, if it is one of it. */
export function coerced(text: string, type: string | undefined): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

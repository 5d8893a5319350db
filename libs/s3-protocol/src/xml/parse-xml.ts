import { SaxesParser } from 'saxes';
import { s3Error } from '../errors/s3-error.js';

/** An element. */
export interface XmlElement {
  /** Local name, without prefix. */
  readonly name: string;
  /** Character data directly inside, as sent. */
  readonly text: string;
  readonly children: readonly XmlElement[];
  /** By local name, declarations of namespaces left out; only where asked for: one S3 document uses any. */
  readonly attributes?: ReadonlyMap<string, string>;
}

interface OpenElement {
  name: string;
  text: string;
  children: OpenElement[];
  attributes?: ReadonlyMap<string, string>;
}

export interface XmlLimits {
  /** Levels of elements. */
  readonly maxDepth?: number;
  readonly maxElements?: number;
}

export interface XmlOptions {
  /** Keep the attributes of elements. */
  readonly attributes?: boolean;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a request document. Document type declarations, and with them entities
 * of one's own, are refused. The caller bounds the size of `bytes`.
 * @throws S3Error `MalformedXML`; `MissingRequestBodyError` for an empty body
 */
export function parseXml(bytes: Uint8Array, limits: XmlLimits = {}, options: XmlOptions = {}): XmlElement {
  const { maxDepth = 16, maxElements = 200_000 } = limits;
  if (bytes.length === 0) throw s3Error('MissingRequestBodyError');
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  let elements = 0;
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', (cause) => {
    throw s3Error('MalformedXML', { cause });
  });
  parser.on('doctype', () => {
    throw s3Error('MalformedXML');
  });
  parser.on('opentag', (tag) => {
    if (open.length >= maxDepth || ++elements > maxElements) throw s3Error('MalformedXML');
    const element: OpenElement = { name: localName(tag.name), text: '', children: [] };
    if (options.attributes === true) element.attributes = localAttributes(tag.attributes);
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(decode(bytes)).close();
  if (root === undefined) throw s3Error('MalformedXML');
  return root;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function localAttributes(attributes: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of Object.keys(attributes)) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    const local = localName(name);
    if (found.has(local)) throw s3Error('MalformedXML');
    found.set(local, attributes[name] ?? '');
  }
  return found;
}

function decode(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    throw s3Error('MalformedXML', { cause });
  }
}

/** The only child of that name, or `undefined`. @throws S3Error `MalformedXML` when there are several */
export function onlyChild(element: XmlElement, name: string): XmlElement | undefined {
  let found: XmlElement | undefined;
  for (const child of element.children) {
    if (child.name !== name) continue;
    if (found !== undefined) throw s3Error('MalformedXML');
    found = child;
  }
  return found;
}

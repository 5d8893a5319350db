import { SaxesParser } from 'saxes';
import { s3Error } from '../errors/s3-error.js';

/** An element without its attributes, which no S3 request document uses. */
export interface XmlElement {
  /** Local name, without prefix. */
  readonly name: string;
  /** Character data directly inside, as sent. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  name: string;
  text: string;
  children: OpenElement[];
}

export interface XmlLimits {
  /** Levels of elements. */
  readonly maxDepth?: number;
  readonly maxElements?: number;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a request document. Document type declarations, and with them entities
 * of one's own, are refused. The caller bounds the size of `bytes`.
 * @throws S3Error `MalformedXML`; `MissingRequestBodyError` for an empty body
 */
export function parseXml(bytes: Uint8Array, limits: XmlLimits = {}): XmlElement {
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
    const element = { name: tag.name.slice(tag.name.indexOf(':') + 1), text: '', children: [] };
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

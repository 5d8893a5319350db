import { s3Error } from '../errors/s3-error.js';
import type { XmlElement, XmlLimits, XmlOptions } from './parse-xml.js';
import { onlyChild, parseXml } from './parse-xml.js';

/**
 * The root of a document of that name, with no children but the named ones.
 * @throws S3Error `MalformedXML`; `MissingRequestBodyError` for an empty body
 */
export function parseDocument(
  bytes: Uint8Array,
  root: string,
  children: readonly string[],
  limits?: XmlLimits,
  options?: XmlOptions,
): XmlElement {
  const element = parseXml(bytes, limits, options);
  if (element.name !== root) throw s3Error('MalformedXML');
  checkChildren(element, children);
  return element;
}

/** @throws S3Error `MalformedXML` for a child of another name */
export function checkChildren(element: XmlElement, names: readonly string[]): void {
  for (const { name } of element.children) {
    if (!names.includes(name)) throw s3Error('MalformedXML');
  }
}

/** The text of an element that may hold nothing else, as sent. @throws S3Error `MalformedXML` */
export function leafText(element: XmlElement): string {
  if (element.children.length > 0) throw s3Error('MalformedXML');
  return element.text;
}

/** The text of the only child of that name, trimmed; `undefined` when there is none. @throws S3Error `MalformedXML` */
export function childText(element: XmlElement, name: string): string | undefined {
  const child = onlyChild(element, name);
  return child === undefined ? undefined : leafText(child).trim();
}

/** The only child of that name, which must be there. @throws S3Error `MalformedXML` */
export function requiredChild(element: XmlElement, name: string): XmlElement {
  const child = onlyChild(element, name);
  if (child === undefined) throw s3Error('MalformedXML');
  return child;
}

/** The words that an element may hold; anything else is malformed. @throws S3Error `MalformedXML` */
export function oneOf<Word extends string>(text: string | undefined, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw s3Error('MalformedXML');
  return word;
}

/** A boolean of XML Schema in any case. @throws S3Error `MalformedXML` */
export function readBoolean(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === '1') return true;
  if (lower === 'false' || lower === '0') return false;
  throw s3Error('MalformedXML');
}

/** A whole number, zero or more, of at most ten digits. @throws S3Error `MalformedXML` */
export function readCount(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw s3Error('MalformedXML');
  return Number(text);
}

import { escapeXml } from './escape.js';
import type { OwnerView } from '../listing/entries.js';

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A whole document in S3's namespace. `content` is XML already. */
export function document(root: string, content: string): string {
  return `${DECLARATION}<${root} xmlns="${S3_NAMESPACE}">${content}</${root}>`;
}

/** Likewise in another service's namespace. */
export function documentIn(namespace: string, root: string, content: string): string {
  return `${DECLARATION}<${root} xmlns="${namespace}">${content}</${root}>`;
}

/** An element with text, or nothing when the text is `undefined`. */
export function element(name: string, text: string | number | boolean | undefined): string {
  if (text === undefined) return '';
  if (text === '') return `<${name}/>`;
  return `<${name}>${typeof text === 'string' ? escapeXml(text) : String(text)}</${name}>`;
}

/** An etag in its quotes. */
export function etagElement(etag: string): string {
  return `<ETag>&quot;${escapeXml(etag)}&quot;</ETag>`;
}

let lastSecond = Number.NaN;
let lastText = '';

/** `2009-10-12T17:50:30.000Z`: S3 shows whole seconds. */
export function isoSeconds(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString();
    lastSecond = second;
  }
  return lastText;
}

/** `Owner` or `Initiator`. */
export function ownerElement(name: string, owner: OwnerView): string {
  return `<${name}>${element('ID', owner.id)}${element('DisplayName', owner.displayName)}</${name}>`;
}

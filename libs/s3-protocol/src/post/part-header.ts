import { s3Error } from '../errors/s3-error.js';

/** What the header of one part of a form says (RFC 7578, 4.2). */
export interface PartHeader {
  readonly name: string;
  /** As sent, perhaps with a path. */
  readonly filename?: string;
  readonly contentType?: string;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws S3Error `MalformedPOSTRequest` for what is no UTF-8 */
export function decodeFormText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    throw s3Error('MalformedPOSTRequest', { cause });
  }
}

/**
 * Reads the lines in front of a part's bytes, without the empty one.
 * @throws S3Error `MalformedPOSTRequest` for what is no header, and without a name
 */
export function parsePartHeader(bytes: Uint8Array): PartHeader {
  let disposition: string | undefined;
  let contentType: string | undefined;
  for (const line of decodeFormText(bytes).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw s3Error('MalformedPOSTRequest');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'content-disposition') {
      if (disposition !== undefined) throw s3Error('MalformedPOSTRequest');
      disposition = value;
    } else if (name === 'content-type') {
      contentType = value;
    }
  }
  const parameters = readDisposition(disposition ?? '');
  const name = parameters.get('name');
  if (!name) throw s3Error('MalformedPOSTRequest');
  return { name, filename: parameters.get('filename'), contentType };
}

/**
 * Parameters of `form-data; name="…"; filename="…"` by lower-case name. Of the
 * escapes only `\"` is one: some browsers send backslashes of a path as they are.
 */
function readDisposition(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const semicolon = text.indexOf(';');
  const type = semicolon < 0 ? text : text.slice(0, semicolon);
  if (type.trim().toLowerCase() !== 'form-data') throw s3Error('MalformedPOSTRequest');
  let at = semicolon < 0 ? text.length : semicolon + 1;
  while (at < text.length) {
    const equals = text.indexOf('=', at);
    if (equals < 0) throw s3Error('MalformedPOSTRequest');
    const name = text.slice(at, equals).trim().toLowerCase();
    const { value, end } = text[equals + 1] === '"' ? quotedValue(text, equals + 2) : bareValue(text, equals + 1);
    if (name === '' || parameters.has(name)) throw s3Error('MalformedPOSTRequest');
    parameters.set(name, value);
    at = end;
  }
  return parameters;
}

function bareValue(text: string, from: number): { value: string; end: number } {
  const semicolon = text.indexOf(';', from);
  const stop = semicolon < 0 ? text.length : semicolon;
  return { value: text.slice(from, stop).trim(), end: stop + 1 };
}

function quotedValue(text: string, from: number): { value: string; end: number } {
  let quote = text.indexOf('"', from);
  while (quote > 0 && text[quote - 1] === '\\') quote = text.indexOf('"', quote + 1);
  if (quote < 0) throw s3Error('MalformedPOSTRequest');
  const semicolon = text.indexOf(';', quote);
  const stop = semicolon < 0 ? text.length : semicolon;
  if (text.slice(quote + 1, stop).trim() !== '') throw s3Error('MalformedPOSTRequest');
  return { value: text.slice(from, quote).replaceAll('\\"', '"'), end: stop + 1 };
}

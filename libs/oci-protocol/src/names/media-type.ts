// RFC 6838, 4.2, as the image specification's schema has it: two restricted names, no parameters.
const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

/** Longest media type. */
export const MAX_MEDIA_TYPE_LENGTH = 255;

/** True for a media type without parameters (RFC 6838, 4.2). */
export function isMediaType(text: string): boolean {
  return text.length <= MAX_MEDIA_TYPE_LENGTH && MEDIA_TYPE.test(text);
}

/**
 * The media type of a `Content-Type` header in lower case, without parameters,
 * which registries ignore; `undefined` when the header is absent or empty.
 */
export function baseMediaType(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const semicolon = header.indexOf(';');
  const base = (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase();
  return base === '' ? undefined : base;
}

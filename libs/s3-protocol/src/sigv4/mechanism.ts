/** The one mechanism of signatures that headers, queries and forms may name. */
export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** What is told to who signs in another way. */
export const NOT_SUPPORTED = `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`;

/** The bytes of what was signed, as a `SignatureDoesNotMatch` shows them. */
export function spacedHex(text: string, encoding: 'latin1' | 'utf8'): string {
  return Buffer.from(text, encoding).toString('hex').replace(/..(?=.)/g, '$& ');
}

/** The bytes of what was signed, as a `SignatureDoesNotMatch` shows them. */
export function spacedHex(text: string, encoding: 'latin1' | 'utf8'): string {
  return Buffer.from(text, encoding).toString('hex').replace(/..(?=.)/g, '$& ');
}

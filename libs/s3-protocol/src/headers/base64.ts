/** The bytes of canonical base64 (padded, no stray bits), or `undefined` when the text is anything else or of another length. */
export function decodeBase64(text: string, byteLength: number): Buffer | undefined {
  if (text.length !== Math.ceil(byteLength / 3) * 4) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === byteLength && bytes.toString('base64') === text ? bytes : undefined;
}

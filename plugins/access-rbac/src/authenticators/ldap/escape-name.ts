/** A value in a search filter, so that nothing in it means anything (RFC 4515, section 3). */
export function escapeInFilter(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f*()\\]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A value in a distinguished name: whatever is no plain letter or digit as hexadecimal bytes (RFC 4514, section 2.4). */
export function escapeInDn(text: string): string {
  return text.replace(/[^A-Za-z0-9._@-]/gu, (character) => [...Buffer.from(character, 'utf8')].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join(''));
}

/** Puts values where `{name}` stands, each escaped; one pass, so that no value is read as a place for another. */
export function fillIn(template: string, values: Readonly<Record<string, string>>, escape: (text: string) => string): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => (Object.hasOwn(values, name) ? escape(values[name]!) : place));
}

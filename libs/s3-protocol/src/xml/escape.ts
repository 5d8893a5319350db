const NEEDS_ESCAPE = /[&<>"\u0000-\u001f\u007f\ufffe\uffff]/;
const EACH_ESCAPE = /[&<>"\u0000-\u001f\u007f\ufffe\uffff]/g;

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeCharacter(character: string): string {
  return NAMED[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
}

/**
 * Text for an element's content. Control characters become numeric references,
 * as S3 writes them, although XML 1.0 knows most of them in no form at all:
 * clients that cannot read that ask for `encoding-type=url`.
 */
export function escapeXml(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(EACH_ESCAPE, escapeCharacter) : text;
}

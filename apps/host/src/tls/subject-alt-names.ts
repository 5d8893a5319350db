/** OpenSSL's words for the kinds of names that are told, and ours. */
const KINDS: Readonly<Record<string, string>> = { DNS: 'DNS', URI: 'URI', email: 'email', 'IP Address': 'IP' };

/**
 * The names in Node's text of the extension, as `DNS:name`, `URI:…`, `email:…`, `IP:…`.
 * Node writes a value that could be taken for more than one name as a JSON string; so
 * a comma outside of one parts two names. Kinds that nobody maps are left out.
 * Throws where the text is not of that form.
 */
export function subjectAltNames(text: string | undefined): readonly string[] {
  const names: string[] = [];
  const rest = /([A-Za-z][A-Za-z ]*):(?:("(?:[^"\\]|\\.)*")|([^",]*))(?:, |$)/sy;
  while (text !== undefined && rest.lastIndex < text.length) {
    const found = rest.exec(text);
    if (!found) throw new TypeError('The alternative names of a certificate cannot be read');
    const [, kind = '', quoted, plain = ''] = found;
    const told = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    const value = quoted === undefined ? plain : (JSON.parse(quoted) as string);
    if (told !== undefined) names.push(`${told}:${value}`);
  }
  return names;
}

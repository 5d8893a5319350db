/** An etag without its quotes and weakness mark; AWS accepts it either way. */
export function unquoteEtag(text: string): string {
  const trimmed = text.trim();
  const strong = trimmed.startsWith('W/') ? trimmed.slice(2) : trimmed;
  return strong.length >= 2 && strong.startsWith('"') && strong.endsWith('"') ? strong.slice(1, -1) : strong;
}

/** The etags of an `If-Match` or `If-None-Match` list, without quotes; `*` stays. */
export function parseEtagList(text: string): readonly string[] {
  return text
    .split(',')
    .map(unquoteEtag)
    .filter((etag) => etag !== '');
}

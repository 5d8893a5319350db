const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescape = (text: string) =>
  text.replace(/&(?:(amp|lt|gt|quot|apos)|#x([0-9a-f]{1,6}));/gi, (_, name?: string, code?: string) => (name ? ENTITIES[name.toLowerCase()]! : String.fromCodePoint(parseInt(code!, 16))));

/** The texts of all elements of that name, wherever they stand. */
export function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?(?:/>|>([^]*?)</${name}>)`, 'g'))].map(([, text = '']) => unescape(text));
}

/** The text of the first element of that name. */
export function textOf(xml: string, name: string): string | undefined {
  return textsOf(xml, name)[0];
}

/** Names of the elements directly inside the root, in order. */
export function childNames(xml: string): string[] {
  const names: string[] = [];
  let depth = 0;
  for (const [, close, name, end] of xml.replace(/<\?[^]*?\?>/, '').matchAll(/<(\/?)([\w:-]+)[^>]*?(\/?)>/g)) {
    if (close) depth--;
    else {
      if (depth === 1) names.push(name!);
      if (!end) depth++;
    }
  }
  return names;
}

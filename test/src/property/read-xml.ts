/** An element of an answer: text of a leaf, or children in their order. */
export class XmlNode {
  readonly children: XmlNode[] = [];
  text = '';

  constructor(readonly name: string) {}

  all(name: string): readonly XmlNode[] {
    return this.children.filter((child) => child.name === name);
  }

  /** Text of the first child of that name; `undefined` when there is none. */
  get(name: string): string | undefined {
    return this.children.find((child) => child.name === name)?.text;
  }
}

const TOKEN = /<([^>]*)>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads an answer's document. Attributes are passed over. Throws for what is not well-formed. */
export function readXml(text: string): XmlNode {
  const top = new XmlNode('');
  const stack = [top];
  for (const [, tag, run] of text.matchAll(TOKEN)) {
    const current = stack.at(-1)!;
    if (run !== undefined) current.text += decode(run);
    else if (tag!.startsWith('?')) continue;
    else if (tag!.startsWith('/')) {
      if (stack.length === 1 || current.name !== tag!.slice(1)) throw new Error(`</${tag!.slice(1)}> closes nothing`);
      stack.pop();
    } else {
      const node = new XmlNode(/^[^\s/]+/.exec(tag!)![0]);
      current.children.push(node);
      if (!tag!.endsWith('/')) stack.push(node);
    }
  }
  if (stack.length !== 1 || top.children.length !== 1) throw new Error('The document does not end');
  return top.children[0]!;
}

function decode(text: string): string {
  return text.replace(/&(#x?)?(\w+);/g, (whole, number: string | undefined, name: string) => {
    if (number !== undefined) return String.fromCodePoint(parseInt(name, number === '#x' ? 16 : 10));
    return ENTITIES[name] ?? whole;
  });
}

/** Text that stands for itself inside an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

import fs from 'node:fs';
import path from 'node:path';

/**
 * Puts tables into a document between `<!-- NAME -->` and `<!-- /NAME -->`, each on a line of its own. A file that
 * is not there is made of the tables alone.
 * @throws when the file is there and has no such place
 */
export function writeTables(file: string, name: string, tables: string): void {
  const place = path.resolve(file);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  const document = fs.existsSync(place) ? fs.readFileSync(place, 'utf8') : undefined;
  fs.writeFileSync(place, document === undefined ? tables : replaceBetween(document, name, tables));
}

export function replaceBetween(document: string, name: string, tables: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`There is no place for ${name} in the document: it wants the lines ${begin.trim()} and ${end}`);
  return `${document.slice(0, from)}${begin}\n${tables.trim()}\n\n${document.slice(to)}`;
}

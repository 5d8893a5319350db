import type { HeaderDocument, ParameterDocument } from './operation-document.js';
import type { Schema } from './json-schema.js';

/** What operations refer to, by name. */
export interface Catalog {
  readonly schemas: Readonly<Record<string, Schema>>;
  /** By door and name, as `s3.prefix`. */
  readonly parameters: Readonly<Record<string, ParameterDocument>>;
  readonly headers: Readonly<Record<string, HeaderDocument>>;
  readonly responses: Readonly<Record<string, Schema>>;
}

export function joinCatalogs(catalogs: readonly Catalog[]): Catalog {
  const join = <K extends keyof Catalog>(kind: K) => Object.assign({}, ...catalogs.map((catalog) => catalog[kind])) as Catalog[K];
  return { schemas: join('schemas'), parameters: join('parameters'), headers: join('headers'), responses: join('responses') };
}

/** The components that `paths` refers to, directly or through others, sorted. Throws for one that the catalog does not have. */
export function usedComponents(paths: unknown, catalog: Catalog): Record<string, Record<string, unknown>> {
  const rendered: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    schemas: catalog.schemas,
    parameters: Object.fromEntries(Object.entries(catalog.parameters).map(([key, parameter]) => [key, { name: key.slice(key.indexOf('.') + 1), ...parameter }])),
    headers: catalog.headers,
    responses: catalog.responses,
  };
  const used = new Map<string, unknown>();
  const open: unknown[] = [paths];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    for (const [, kind = '', name = ''] of JSON.stringify(value).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)) {
      const place = `${kind}/${name}`;
      if (used.has(place)) continue;
      const found = rendered[kind]?.[name];
      if (found === undefined) throw new Error(`The API document has no ${place}`);
      used.set(place, found);
      open.push(found);
    }
  }
  const components: Record<string, Record<string, unknown>> = {};
  for (const place of [...used.keys()].sort()) {
    const [kind = '', name = ''] = place.split('/');
    (components[kind] ??= {})[name] = used.get(place);
  }
  return components;
}

/** Each header twice: as one that is always there, and as one that may be. */
export function headerComponents(door: string, headers: Readonly<Record<string, HeaderDocument>>): Catalog['headers'] {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, header]) => [
      [`${door}.${name}`, { ...header, required: true }],
      [`${door}.${name}.optional`, header],
    ]),
  );
}

export function prefixed<T>(door: string, table: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [`${door}.${name}`, value]));
}

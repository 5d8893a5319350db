type Json = Readonly<Record<string, unknown>>;

/**
 * A schema with what it refers to inside itself in place of each reference: `#/$defs/…`
 * and `#` mean another thing once the schema stands in a document. Where a part is made
 * of itself, it may be anything.
 */
export function inlineReferences(root: Json): Json {
  const { $defs, ...schema } = root;
  const named = ($defs ?? {}) as Readonly<Record<string, Json>>;
  const target = (reference: unknown): Json | undefined => {
    if (reference === '#') return schema;
    return typeof reference === 'string' && reference.startsWith('#/$defs/') ? named[reference.slice('#/$defs/'.length)] : undefined;
  };
  const inlined = (value: unknown, inside: readonly Json[]): unknown => {
    if (Array.isArray(value)) return value.map((item) => inlined(item, inside));
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...beside } = value as Json;
    const found = target($ref);
    if (found === undefined) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inlined(one, inside)]));
    return inside.includes(found) ? beside : inlined({ ...found, ...beside }, [...inside, found]);
  };
  return inlined(schema, [schema]) as Json;
}

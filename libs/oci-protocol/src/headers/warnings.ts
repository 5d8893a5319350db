/** Most bytes of all warnings of an answer (distribution specification, "Warnings"). */
const MAX_BYTES = 4096;

/**
 * Values of `Warning` headers, one a text, in the only form that the specification
 * knows. Texts that no longer fit are left out; what is no visible ASCII becomes `?`.
 */
export function formatWarnings(texts: readonly string[]): readonly string[] {
  const values: string[] = [];
  let left = MAX_BYTES;
  for (const text of texts) {
    if (text.length > left) continue;
    const value = `299 - "${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
    if (value.length > left) continue;
    left -= value.length;
    values.push(value);
  }
  return values;
}

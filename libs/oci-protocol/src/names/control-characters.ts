const CONTROL = /[\x00-\x1f\x7f]/;

/** True for text that would break a line of a log or a header. */
export function hasControlCharacters(text: string): boolean {
  return CONTROL.test(text);
}

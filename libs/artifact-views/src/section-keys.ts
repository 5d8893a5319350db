/** Parts of a repository, in the byte order of their keys. */
export const SECTIONS = ['blobs', 'manifests', 'tags'] as const;

export type Section = (typeof SECTIONS)[number];

/** Where a key of a repository's bucket leads: `tags/v1`, `manifests/sha256:…`, `blobs/sha256:…`. */
export interface Place {
  readonly section: Section;
  readonly name: string;
}

export function placeOf(key: string): Place | undefined {
  const slash = key.indexOf('/');
  const section = SECTIONS.find((one) => one === key.slice(0, slash));
  return section && { section, name: key.slice(slash + 1) };
}

/** Sorts behind every name that begins with the same text: digests and tags hold no tilde. */
export const BEYOND = '~';

/** Sorts before every name that begins with `prefix`, and behind all smaller ones; `undefined`: at the start. */
export function before(prefix: string): string | undefined {
  const last = prefix.charCodeAt(prefix.length - 1);
  return prefix === '' ? undefined : prefix.slice(0, -1) + String.fromCharCode(last - 1) + BEYOND;
}

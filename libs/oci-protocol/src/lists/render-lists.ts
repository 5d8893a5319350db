/** `Content-Type` of the lists of tags, repositories and extensions. */
export const LIST_CONTENT_TYPE = 'application/json';

/** The answer to `tags/list`. */
export function renderTagList(name: string, tags: readonly string[]): string {
  return JSON.stringify({ name, tags });
}

/** The answer to `_catalog`. */
export function renderCatalog(repositories: readonly string[]): string {
  return JSON.stringify({ repositories });
}

/** An extension as `_oci/ext/discover` tells of it. */
export interface ExtensionEntry {
  /** With its leading `_`. */
  readonly name: string;
  /** Of its documentation. */
  readonly url: string;
  readonly description?: string;
  /** Paths that this registry serves. */
  readonly endpoints: readonly string[];
}

/** The answer to `_oci/ext/discover`. */
export function renderExtensions(extensions: readonly ExtensionEntry[]): string {
  return JSON.stringify({
    extensions: extensions.map(({ name, url, description, endpoints }) => ({ name, url, description, endpoints })),
  });
}

import type { ApiDocument, DocumentedServer } from './api-document.js';

/** The document of a server, made when it is first asked for: until then none of it is loaded. */
export function documentOnce(server: () => DocumentedServer): () => Promise<ApiDocument> {
  let made: Promise<ApiDocument> | undefined;
  const make = async () => (await import('./api-document.js')).apiDocument(server());
  return () => (made ??= make());
}

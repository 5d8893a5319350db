import type { BlobLink, BodyLocation, ManifestRecord } from '@zas/plugin-api';
import { intactInline } from './version-rows.js';

/** Where the bytes of a blob or manifest are, in the order of {@link BodyRow}; what inline bodies need follows on demand. */
export const BODY_COLUMNS = `inline_id, content_id, content.locator, content.size,
  content_id is not null and not exists (select 1 from content_digest where content_digest.content_id = content.id)`;

export type BodyRow = [
  inlineId: number | null,
  contentId: number | null,
  locator: string | null,
  contentSize: number | null,
  corrupt: 0 | 1,
  bytes?: Uint8Array | null,
  crc32?: number | null,
];

export function bodyOf([inlineId, contentId, locator, contentSize, corrupt, bytes, crc32]: BodyRow): { body: BodyLocation; corrupt?: true } {
  if (inlineId !== null) return { body: { kind: 'inline', inlineId, bytes: bytes ? intactInline(bytes, crc32!) : undefined } };
  if (contentId === null) return { body: { kind: 'empty' } };
  const body = { kind: 'content', contentId, locator: locator!, contentSize: contentSize!, offset: 0 } as const;
  return corrupt === 1 ? { body, corrupt: true } : { body };
}

export const MANIFEST_COLUMNS = 'm.digest, media_type, m.size, pushed_at, artifact_type, subject, unused_since, m.pulled_at, annotations';

export type ManifestColumns = [
  digest: string,
  mediaType: string,
  size: number,
  pushedAt: number,
  artifactType: string | null,
  subject: string | null,
  unusedSince: number | null,
  pulledAt: number | null,
  annotations: string | null,
];

export function manifestOf(row: ManifestColumns, body: BodyRow): ManifestRecord {
  return {
    digest: row[0],
    mediaType: row[1],
    size: row[2],
    pushedAt: row[3],
    artifactType: row[4] ?? undefined,
    subject: row[5] ?? undefined,
    unusedSince: row[6] ?? undefined,
    pulledAt: row[7] ?? undefined,
    annotations: annotationsOf(row[8]),
    ...bodyOf(body),
  };
}

export function annotationsOf(text: string | null): ManifestRecord['annotations'] {
  return text === null ? undefined : (JSON.parse(text) as ManifestRecord['annotations']);
}

export type BlobColumns = [size: number, linkedAt: number, unusedSince: number | null];

export function blobOf(digest: string, [size, linkedAt, unusedSince]: BlobColumns, body: BodyRow): BlobLink {
  return { digest, size, linkedAt, unusedSince: unusedSince ?? undefined, ...bodyOf(body) };
}

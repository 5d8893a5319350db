import type { Checksum, ChecksumAlgorithm, ChecksumType, ContentHeaders, ObjectAttributes } from '@zas/plugin-api';

/** Attributes as a row holds them: what listings show in columns, the rest in one compact JSON text. */
export interface AttributeColumns {
  readonly etag: string;
  readonly owner: string;
  readonly storageClass: string;
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
  readonly checksumType: ChecksumType | null;
  /** `null` when there is nothing else. */
  readonly rest: string | null;
}

interface Rest {
  /** Headers. */
  h?: ContentHeaders;
  /** User metadata. */
  m?: Readonly<Record<string, string>>;
  /** Checksum value. */
  c?: string;
}

export function packAttributes(attributes: ObjectAttributes): AttributeColumns {
  const { etag, owner, storageClass, headers, userMetadata, checksum } = attributes;
  const rest: Rest = {};
  if (hasOwnFields(headers)) rest.h = headers;
  if (hasOwnFields(userMetadata)) rest.m = userMetadata;
  if (checksum) rest.c = checksum.value;
  return {
    etag,
    owner,
    storageClass,
    checksumAlgorithm: checksum?.algorithm ?? null,
    checksumType: checksum?.type ?? null,
    rest: hasOwnFields(rest) ? JSON.stringify(rest) : null,
  };
}

export function unpackAttributes(columns: AttributeColumns): ObjectAttributes {
  const { etag, owner, storageClass } = columns;
  const rest = columns.rest === null ? undefined : (JSON.parse(columns.rest) as Rest);
  return {
    etag,
    owner,
    storageClass,
    headers: rest?.h ?? {},
    userMetadata: rest?.m ?? {},
    checksum: checksumOf(columns, rest?.c),
  };
}

function checksumOf({ checksumAlgorithm, checksumType }: AttributeColumns, value: string | undefined): Checksum | undefined {
  if (checksumAlgorithm === null || checksumType === null || value === undefined) return undefined;
  return { algorithm: checksumAlgorithm, type: checksumType, value };
}

function hasOwnFields(value: object): boolean {
  for (const field in value) if (Object.hasOwn(value, field)) return true;
  return false;
}

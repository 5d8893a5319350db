import type {
  Acl,
  Checksum,
  ChecksumAlgorithm,
  ChecksumType,
  ContentHeaders,
  ObjectAttributes,
  Retention,
  RetentionMode,
  Tags,
} from '@zas/plugin-api';

/** Attributes as a row holds them: what listings show in columns, the rest in one compact JSON text. */
export interface AttributeColumns {
  readonly etag: string;
  readonly owner: string;
  readonly storageClass: string;
  readonly checksumAlgorithm: ChecksumAlgorithm | null;
  readonly checksumType: ChecksumType | null;
  readonly lock: LockColumns;
  /** `null` when there is nothing else. */
  readonly rest: string | null;
}

/** A lock has columns of its own: what deletes or collects looks at nothing else. */
export interface LockColumns {
  readonly retainMode: RetentionMode | null;
  readonly retainUntil: number | null;
  readonly legalHold: 0 | 1 | null;
}

export const NO_LOCK: LockColumns = { retainMode: null, retainUntil: null, legalHold: null };

interface Rest {
  /** Headers. */
  h?: ContentHeaders;
  /** User metadata. */
  m?: Readonly<Record<string, string>>;
  /** Checksum value. */
  c?: string;
  /** Tags. */
  t?: Tags;
  /** ACL. */
  a?: Acl;
}

export function packAttributes(attributes: ObjectAttributes): AttributeColumns {
  const { etag, owner, storageClass, headers, userMetadata, checksum, tags, acl } = attributes;
  const rest: Rest = {};
  if (hasOwnFields(headers)) rest.h = headers;
  if (hasOwnFields(userMetadata)) rest.m = userMetadata;
  if (checksum) rest.c = checksum.value;
  if (tags) rest.t = tags;
  if (acl) rest.a = acl;
  return {
    etag,
    owner,
    storageClass,
    checksumAlgorithm: checksum?.algorithm ?? null,
    checksumType: checksum?.type ?? null,
    lock: packLock(attributes),
    rest: hasOwnFields(rest) ? JSON.stringify(rest) : null,
  };
}

export function packLock({ retention, legalHold }: Pick<ObjectAttributes, 'retention' | 'legalHold'>): LockColumns {
  if (!retention && legalHold === undefined) return NO_LOCK;
  return {
    retainMode: retention?.mode ?? null,
    retainUntil: retention?.until ?? null,
    legalHold: legalHold === undefined ? null : legalHold ? 1 : 0,
  };
}

export function unpackRetention({ retainMode, retainUntil }: LockColumns): Retention | undefined {
  return retainMode === null || retainUntil === null ? undefined : { mode: retainMode, until: retainUntil };
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
    tags: rest?.t,
    acl: rest?.a,
    retention: unpackRetention(columns.lock),
    legalHold: columns.lock.legalHold === null ? undefined : columns.lock.legalHold === 1,
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

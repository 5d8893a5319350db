import { compareKeys } from './keys.js';
import type { Acl } from './model-acl.js';
import type { PolicyName } from './model-policy.js';
import type { Account, Description, Retention, Tags } from './model-terms.js';
import { ModelUploads } from './model-uploads.js';

export interface ModelPart {
  readonly number: number;
  readonly start: number;
  readonly size: number;
}

/** One version of an object, or a delete marker, which has no bytes. */
export interface ModelVersion extends Description {
  readonly key: string;
  /** `null` for the null version. */
  readonly versionId: string;
  readonly marker: boolean;
  readonly content: Buffer;
  /** Without quotes. */
  readonly etag: string;
  /** Only of objects made by Complete. */
  readonly parts?: readonly ModelPart[];
  /** `Last-Modified`, milliseconds since the epoch. */
  readonly modified: number;
  readonly owner: Account;
  acl: Acl;
  tags: Tags;
  retention?: Retention;
  legalHold?: boolean;
}

export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly ignorePublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** One bucket: its settings, and the versions of each key, which stand in the order in which they came, whatever the clock says. */
export class ModelBucket {
  versioning: 'off' | 'enabled' | 'suspended' = 'off';
  /** Its versions may be locked. */
  lockable = false;
  defaultRetention?: { readonly mode: Retention['mode']; readonly days: number };
  /** Absent: `BucketOwnerEnforced`. */
  ownership?: Ownership;
  /** Absent: all for the owner. */
  acl?: Acl;
  block?: PublicAccessBlock;
  policy?: PolicyName;
  readonly uploads = new ModelUploads();
  /** Of each key that has any, newest first. */
  private readonly versions = new Map<string, readonly ModelVersion[]>();
  private readonly places = new Map<string, number>();
  private added = 0;
  /** Keys of renames by their tokens. */
  readonly renames = new Map<string, string>();

  constructor(
    readonly name: string,
    readonly owner: Account,
    readonly created: number,
  ) {}

  get count(): number {
    return [...this.versions.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Newest first. */
  versionsOf(key: string): readonly ModelVersion[] {
    return this.versions.get(key) ?? [];
  }

  /** The named version, or the latest one; either may be a delete marker. */
  find(key: string, versionId?: string): ModelVersion | undefined {
    const versions = this.versionsOf(key);
    return versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
  }

  /** What a read of the key sees. */
  current(key: string): ModelVersion | undefined {
    const latest = this.find(key);
    return latest?.marker ? undefined : latest;
  }

  /** Puts a version on top of its key. There is one null version at most; without versioning it is the only one. */
  add(version: ModelVersion): ModelVersion {
    const { key, versionId } = version;
    const others = this.versionsOf(key).filter((other) => other.versionId !== versionId);
    this.versions.set(key, [version, ...others]);
    this.places.set(`${versionId} ${key}`, ++this.added);
    return version;
  }

  remove(version: ModelVersion): void {
    const left = this.versionsOf(version.key).filter((other) => other !== version);
    if (left.length > 0) this.versions.set(version.key, left);
    else this.versions.delete(version.key);
  }

  /** Later versions of a key have greater ones; also of versions that are gone. */
  placeOf(key: string, versionId: string): number {
    return this.places.get(`${versionId} ${key}`)!;
  }

  /** Visible objects in byte order of their keys. */
  objects(): readonly ModelVersion[] {
    return this.sortedKeys().flatMap((key) => this.current(key) ?? []);
  }

  /** All versions and markers: keys in byte order, newest first. */
  everything(): readonly ModelVersion[] {
    return this.sortedKeys().flatMap((key) => this.versionsOf(key));
  }

  private sortedKeys(): readonly string[] {
    return [...this.versions.keys()].sort(compareKeys);
  }
}

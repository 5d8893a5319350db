import { SignedClient } from '../harness/signed-client.js';
import type { Random } from '../property/random.js';
import { CrashClient } from './crash-client.js';
import type { CrashDoor } from './crash-door.js';
import { CrashModel } from './crash-model.js';
import type { Findings } from './findings.js';
import { verifyState } from './verify-state.js';
import { verifyVersions } from './verify-versions.js';
import { VersionClient } from './version-client.js';
import { VersionModel } from './version-stack.js';

const SUSPENDED = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>';

/** S3, in three buckets. */
export class BucketDoor implements CrashDoor {
  readonly calls = [
    'blob-begin',
    'blob-append',
    'blob-commit',
    'blob-delete',
    'apply-put-object',
    'apply-delete-object',
    'apply-update-object',
    'apply-create-upload',
    'apply-put-part',
    'apply-complete-upload',
    'apply-abort-upload',
    'apply-claim-contents',
    'apply-forget-contents',
  ];
  private readonly plain = new CrashModel('crash');
  /** Has null versions only. */
  private readonly suspended = new CrashModel('crash-suspended');
  /** Its versions stay, and may be locked. */
  private readonly versions = new VersionModel('crash-versions');

  get acknowledged(): number {
    return this.plain.acknowledged + this.suspended.acknowledged + this.versions.acknowledged;
  }

  async verify(url: string): Promise<Findings> {
    const client = new SignedClient(url);
    try {
      await this.makeBuckets(client);
      const found = [await verifyState(this.plain, client), await verifyState(this.suspended, client), await verifyVersions(this.versions, client)];
      return { lost: found.flatMap(({ lost }) => lost), torn: found.flatMap(({ torn }) => torn) };
    } finally {
      client.close();
    }
  }

  /** Does nothing to those that are there. */
  private async makeBuckets(client: SignedClient): Promise<void> {
    await client.send({ method: 'PUT', path: `/${this.plain.bucket}` });
    await client.send({ method: 'PUT', path: `/${this.suspended.bucket}` });
    await client.send({ method: 'PUT', path: `/${this.suspended.bucket}`, query: 'versioning=', body: SUSPENDED });
    await client.send({ method: 'PUT', path: `/${this.versions.bucket}`, headers: { 'x-amz-bucket-object-lock-enabled': 'true' } });
  }

  /** A slot stays with its bucket. */
  connect(url: string, name: string, slot: number, random: Random) {
    const connection = new SignedClient(url);
    const close = () => connection.close();
    if (slot % 2 === 1) return { client: new VersionClient(name, slot, this.versions, connection, random), close };
    return { client: new CrashClient(name, slot, slot % 8 === 0 ? this.suspended : this.plain, connection, random), close };
  }

  audited(): void {}
}

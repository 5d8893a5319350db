import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';

const Bucket = 'state-bucket';
const STATE = 'env/terraform.tfstate';
const LOCK = `${STATE}.tflock`;
const CONTENDERS = 24;
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server.remove());

/** What Terraform and OpenTofu do with `use_lockfile`: the lock is an object that only one may make. */
class Contender {
  readonly id = crypto.randomUUID();
  private readonly s3 = new S3Client({ endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials: ROOT_KEYS });

  /** @returns whether he has it */
  async lock(): Promise<boolean> {
    try {
      await this.s3.send(new PutObjectCommand({ Bucket, Key: LOCK, Body: JSON.stringify({ ID: this.id }), ContentType: 'application/json', IfNoneMatch: '*', ChecksumAlgorithm: 'SHA256' }));
      return true;
    } catch (error) {
      expect(error).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
      return false;
    }
  }

  async read(Key: string): Promise<string | undefined> {
    try {
      return await (await this.s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
    } catch (error) {
      expect(error).toMatchObject({ name: 'NoSuchKey' });
      return undefined;
    }
  }

  /** Who holds the lock. */
  async holder(): Promise<string | undefined> {
    const text = await this.read(LOCK);
    return text && (JSON.parse(text) as { ID: string }).ID;
  }

  /** Adds a line to the state, as who holds the lock may. */
  async apply(): Promise<void> {
    const before = (await this.read(STATE)) ?? '';
    await this.s3.send(new PutObjectCommand({ Bucket, Key: STATE, Body: `${before}${this.id}\n`, ContentType: 'application/json' }));
  }

  async unlock(): Promise<void> {
    expect(await this.holder()).toBe(this.id);
    await this.s3.send(new DeleteObjectCommand({ Bucket, Key: LOCK }));
  }

  async makeBucket(): Promise<void> {
    await this.s3.send(new CreateBucketCommand({ Bucket }));
  }

  close(): void {
    this.s3.destroy();
  }
}

describe('real client', () => {
  it(
    'AWS SDK for JavaScript v3, locking as Terraform and OpenTofu do',
    async () => {
      const contenders = Array.from({ length: CONTENDERS }, () => new Contender());
      try {
        await contenders[0]!.makeBucket();
        const waiting = new Set(contenders);
        const winners: string[] = [];
        while (waiting.size > 0) {
          const tries = await Promise.all([...waiting].map(async (one) => ((await one.lock()) ? one : undefined)));
          const won = tries.filter((one) => one !== undefined);
          expect(won).toHaveLength(1);
          const [winner] = won as [Contender];
          // Everybody sees the same holder, and nobody gets in while he works.
          expect(new Set(await Promise.all([...waiting].map((one) => one.holder())))).toEqual(new Set([winner.id]));
          expect(await Promise.all([...waiting].map((one) => one.lock()))).toEqual(Array(waiting.size).fill(false));
          await winner.apply();
          await winner.unlock();
          winners.push(winner.id);
          waiting.delete(winner);
        }
        expect(new Set(winners).size).toBe(CONTENDERS);
        // No write of the state was lost.
        expect(await contenders[0]!.read(STATE)).toBe(winners.map((id) => `${id}\n`).join(''));
        expect(await contenders[0]!.holder()).toBeUndefined();
      } finally {
        for (const one of contenders) one.close();
      }
    },
    120_000,
  );
});

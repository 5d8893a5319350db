import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ROOT_KEYS, ServerProcess } from '../harness/server-process.js';

const Bucket = 'sdk-bucket';
const MIB = 1024 * 1024;
let server: ServerProcess;
let s3: S3Client;

beforeAll(async () => {
  server = await ServerProcess.start();
  s3 = new S3Client({ endpoint: server.url, region: 'us-east-1', forcePathStyle: true, credentials: ROOT_KEYS });
});
afterAll(async () => {
  s3.destroy();
  await server.remove();
});

const read = async (Key: string, Range?: string) =>
  Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket, Key, Range }))).Body!.transformToByteArray());

describe('real client', () => {
  it(
    'AWS SDK for JavaScript v3, in its default settings',
    async () => {
      const [small, large] = [crypto.randomBytes(1234), crypto.randomBytes(100 * MIB)];
      await s3.send(new CreateBucketCommand({ Bucket }));
      const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'a b/ü+%.txt', Body: small, Metadata: { name: 'value' } }));
      expect(put.ChecksumCRC32).toBeDefined();
      await new Upload({ client: s3, params: { Bucket, Key: 'large', Body: large } }).done();
      expect((await read('a b/ü+%.txt')).equals(small)).toBe(true);
      expect((await read('large')).equals(large)).toBe(true);
      expect((await read('large', 'bytes=5242000-5243000')).equals(large.subarray(5_242_000, 5_243_001))).toBe(true);
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'a b/ü+%.txt', ChecksumMode: 'ENABLED' }));
      expect([head.ContentLength, head.Metadata, head.ChecksumCRC32]).toEqual([1234, { name: 'value' }, put.ChecksumCRC32]);
      await s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/large` }));
      expect((await read('copied')).equals(large)).toBe(true);
      const keys: (string | undefined)[] = [];
      for await (const page of paginateListObjectsV2({ client: s3, pageSize: 1 }, { Bucket })) keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      expect(keys).toEqual(['a b/ü+%.txt', 'copied', 'large']);
      const folders = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
      expect(folders.CommonPrefixes).toEqual([{ Prefix: 'a b/' }]);
      const link = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'a b/ü+%.txt' }));
      expect(Buffer.from(await (await fetch(link)).arrayBuffer()).equals(small)).toBe(true);
      const into = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'by-url' }));
      expect((await fetch(into, { method: 'PUT', body: 'by url' })).status).toBe(200);
      expect(String(await read('by-url'))).toBe('by url');
      const Objects = ['copied', 'large', 'by-url'].map((Key) => ({ Key }));
      expect((await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).Deleted).toHaveLength(3);
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b/ü+%.txt' }));
      await expect(read('large')).rejects.toMatchObject({ name: 'NoSuchKey' });
      await s3.send(new DeleteBucketCommand({ Bucket }));
    },
    300_000,
  );
});

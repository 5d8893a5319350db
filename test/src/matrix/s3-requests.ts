import crypto from 'node:crypto';
import { S3_ROUTES } from '@zas/host/s3-routes';
import type { Keys } from '../harness/signed-client.js';
import { SignedClient } from '../harness/signed-client.js';

export type S3Case = (typeof S3_ROUTES)[number];

/** Everybody may do these; the forms carry their credentials inside. */
export const S3_UNSIGNED: readonly S3Case[] = S3_ROUTES.filter(({ access }) => access === 'none' || access === 'form');
export const S3_SIGNED: readonly S3Case[] = S3_ROUTES.filter((route) => !S3_UNSIGNED.includes(route));

const md5 = (body: string) => ({ 'content-md5': crypto.hash('md5', body, 'base64') });
const TAGS = '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>';

/** What the permission of some operations hangs on: they read it before they ask. */
const BODIES: Readonly<Record<string, string>> = {
  PutBucketTagging: TAGS,
  PutObjectTagging: TAGS,
  PutObjectLegalHold: '<LegalHold><Status>ON</Status></LegalHold>',
  PutObjectRetention: '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2999-01-01T00:00:00Z</RetainUntilDate></Retention>',
  DeleteObjects: '<Delete><Object><Key>matrix</Key></Object></Delete>',
};

const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  GetObjectAttributes: { 'x-amz-object-attributes': 'ETag' },
  AppendObject: { 'x-amz-write-offset-bytes': '5' },
  CopyObject: { 'x-amz-copy-source': '/matrix/source' },
  UploadPartCopy: { 'x-amz-copy-source': '/matrix/source' },
  RenameObject: { 'x-amz-rename-source': '/matrix/source' },
};

/** A bucket, an object and an upload for the routes to be about. */
export async function prepareS3(root: SignedClient): Promise<{ readonly uploadId: string }> {
  await root.put('/matrix');
  await root.put('/matrix/source', 'hello');
  await root.put('/matrix/key', 'hello');
  const { text } = await root.post('/matrix/upload?uploads');
  return { uploadId: /<UploadId>([^<]+)</.exec(text)![1]! };
}

/** Sends one request of the route. */
export async function sendS3(url: string, route: S3Case, keys: Keys | null, uploadId: string): Promise<{ status: number; text: string }> {
  const client = new SignedClient(url, keys ?? 'anonymous');
  const aboutUpload = route.query.includes('uploadId');
  const bucket = route.name === 'CreateBucket' ? 'matrix-new' : 'matrix';
  const path = { service: '/', bucket: `/${bucket}`, object: `/${bucket}/${aboutUpload ? 'upload' : 'key'}` }[route.on];
  const query = route.query.map((name) => ({ uploadId: `uploadId=${uploadId}`, partNumber: 'partNumber=1' })[name] ?? (name.includes('=') ? name : `${name}=`)).join('&');
  const body = BODIES[route.name] ?? (route.body === 'stream' ? 'hello' : undefined);
  const headers = { ...HEADERS[route.name], ...(route.body === 'xml' && body !== undefined ? md5(body) : {}) };
  try {
    return await client.call(route.method, query === '' ? path : `${path}?${query}`, { body, headers });
  } finally {
    client.close();
  }
}

import { textOf } from '../read-xml.js';
import type { RawResponse } from '../signed-client.js';
import type { ContractWorld, Prepared } from './contract-case.js';
import { fresh } from './contract-case.js';

type Maker = (world: ContractWorld) => Promise<Prepared>;

/** @throws when it is not answered with success */
export async function must(answer: Promise<RawResponse>): Promise<RawResponse> {
  const got = await answer;
  if (got.status >= 300) throw new Error(`What the case needs was answered ${got.status}: ${got.text}`);
  return got;
}

/** A bucket, made with these headers. */
export const bucketWith =
  (headers: Record<string, string> = {}): Maker =>
  async ({ s3, account }) => {
    const bucket = fresh('bucket');
    await must(s3.put(`/${bucket}`, undefined, headers));
    return { bucket, account, owner: textOf((await must(s3.get('/'))).text, 'ID')! };
  };

export const aBucket = bucketWith();
/** One whose ACLs count, as the ones of its objects do. */
export const withAcls = bucketWith({ 'x-amz-object-ownership': 'ObjectWriter' });
export const withLocks = bucketWith({ 'x-amz-bucket-object-lock-enabled': 'true' });

/** An object in it. */
export const objectIn =
  (make: Maker, headers: Record<string, string> = {}): Maker =>
  async (world) => {
    const made = await make(world);
    const { headers: answered } = await must(world.s3.put(`/${made['bucket']}/a/key`, 'hello', headers));
    return { ...made, versionId: String(answered['x-amz-version-id'] ?? 'null'), etag: String(answered.etag) };
  };

export const anObject = objectIn(aBucket);
export const aVersion = objectIn(withLocks);

/** An upload with a part. */
export const anUpload: Maker = async (world) => {
  const { s3 } = world;
  const { bucket = '' } = await aBucket(world);
  await must(s3.put(`/${bucket}/source`, 'hello'));
  const { text } = await must(s3.post(`/${bucket}/a/key?uploads`));
  const uploadId = textOf(text, 'UploadId')!;
  const { headers } = await must(s3.put(`/${bucket}/a/key?partNumber=1&uploadId=${uploadId}`, 'hello'));
  return { bucket, uploadId, etag: String(headers.etag) };
};

/** After something was put under the bucket's sub-resource. */
export const after =
  (make: Maker, ...puts: readonly (readonly [target: string, body: string])[]): Maker =>
  async (world) => {
    const made = await make(world);
    for (const [target, body] of puts) await must(world.s3.put(`/${made['bucket']}${target}`, body));
    return made;
  };

import crypto from 'node:crypto';
import { bytesOf, randomBody, type Body } from '../bodies.js';
import { headersOf } from '../generation.js';
import { LONG_KEY } from '../keys.js';
import { same } from '../mismatch.js';
import { putObject as putInModel } from '../model-objects.js';
import { S3Failure, type Account, type Description } from '../model-terms.js';
import { randomCondition, resolveCondition, type Condition } from './conditions.js';
import { extraHeaders, newObject, randomExtras, type Extras } from './extras.js';
import type { Family } from './family.js';
import { compareNewId, headerId } from './version-refs.js';

export interface PutObject {
  readonly kind: 'put';
  readonly bucket: string;
  readonly key: string;
  readonly as?: Account;
  readonly body: Body;
  readonly description: Description;
  readonly extras?: Extras;
  readonly condition?: Condition;
  /** State a digest of other bytes, which must store nothing; or none with a lock. */
  readonly spoiled?: 'md5' | 'sha256' | 'unstated';
}

const SPOILED = {
  md5: { code: 'BadDigest', headers: { 'content-md5': crypto.hash('md5', 'other bytes', 'base64') }, payloadHash: undefined },
  sha256: { code: 'XAmzContentSHA256Mismatch', headers: {}, payloadHash: crypto.hash('sha256', 'other bytes') },
} as const;

export const putObject: Family<PutObject> = {
  kind: 'put',
  weight: 30,
  generate(generation) {
    const { random } = generation;
    const bucket = generation.bucketToFill();
    const key = random.chance(0.005) ? LONG_KEY : generation.keyToFill(bucket);
    const as = generation.as(bucket);
    const spoiled = random.chance(0.04) ? random.pick(['md5', 'sha256', 'unstated'] as const) : undefined;
    const [body, description, condition] = [randomBody(random), generation.description(), randomCondition(random)];
    // Who does not sign states no digest in the signature.
    const spoil = as === 'nobody' && spoiled === 'sha256' ? 'md5' : spoiled;
    return { kind: 'put', bucket, key, as, body, description, extras: randomExtras(generation, bucket), condition, spoiled: spoil };
  },
  async run(session, { bucket, key, as, body, description, extras, condition: wanted, spoiled }) {
    const content = bytesOf(body);
    const { condition, headers } = resolveCondition(session.model, bucket, key, wanted);
    const spoil = spoiled === undefined || spoiled === 'unstated' ? undefined : SPOILED[spoiled];
    const unstated = spoiled === 'unstated';
    const digest: Record<string, string> = extras?.lock && !unstated ? { 'content-md5': crypto.hash('md5', content, 'base64') } : {};
    const answer = await session.send(
      {
        method: 'PUT',
        path: session.path(bucket, key),
        headers: { ...headersOf(description), ...extraHeaders(session, extras), ...headers, ...digest, ...spoil?.headers },
        body: content,
        payloadHash: spoil?.payloadHash,
      },
      as,
    );
    const object = newObject(session, description, extras);
    const input = { content, object, condition, refusal: spoil?.code, unstated, versionId: headerId(answer) };
    const stored = session.judge(answer, 200, () => {
      if (key === LONG_KEY) throw new S3Failure(400, 'KeyTooLongError');
      return putInModel(session.model, answer.asked, bucket, key, input);
    });
    if (!stored) return;
    same('etag', answer.headers.etag, `"${stored.etag}"`);
    compareNewId(session, answer, stored.versionId);
  },
};

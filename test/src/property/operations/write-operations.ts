import crypto from 'node:crypto';
import { bytesOf, randomBody, type Body } from '../bodies.js';
import { headersOf } from '../generation.js';
import { LONG_KEY } from '../keys.js';
import { same } from '../mismatch.js';
import { S3Failure, type Description } from '../model-terms.js';
import { randomCondition, resolveCondition, type Condition } from './conditions.js';
import type { Family } from './family.js';

export interface PutObject {
  readonly kind: 'put';
  readonly bucket: string;
  readonly key: string;
  readonly body: Body;
  readonly description: Description;
  readonly condition?: Condition;
  /** State a digest of other bytes, which must store nothing. */
  readonly spoiled?: 'md5' | 'sha256';
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
    const bucket = generation.bucket();
    const key = random.chance(0.005) ? LONG_KEY : generation.existingKey(bucket, 0.3);
    const spoiled = random.chance(0.03) ? random.pick(['md5', 'sha256'] as const) : undefined;
    const [body, description, condition] = [randomBody(random), generation.description(), randomCondition(random)];
    return { kind: 'put', bucket, key, body, description, condition, spoiled };
  },
  async run(session, { bucket, key, body, description, condition: wanted, spoiled }) {
    const content = bytesOf(body);
    const { condition, headers } = resolveCondition(session.model, bucket, key, wanted);
    const spoil = spoiled && SPOILED[spoiled];
    const answer = await session.send({
      method: 'PUT',
      path: session.path(bucket, key),
      headers: { ...headersOf(description), ...headers, ...spoil?.headers },
      body: content,
      payloadHash: spoil?.payloadHash,
    });
    const stored = session.judge(answer, 200, () => {
      const { model } = session;
      if (key === LONG_KEY) throw new S3Failure(400, 'KeyTooLongError');
      model.checkCondition(bucket, key, condition);
      if (spoil) throw new S3Failure(400, spoil.code);
      return model.putObject(bucket, key, { content, ...description, written: answer.window }, condition);
    });
    if (stored) same('etag', answer.headers.etag, `"${stored.etag}"`);
  },
};

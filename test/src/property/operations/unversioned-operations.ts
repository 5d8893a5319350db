import { bytesOf, randomBody, type Body } from '../bodies.js';
import { headersOf } from '../generation.js';
import { same } from '../mismatch.js';
import { appendObject as appendInModel, renameObject as renameInModel } from '../model-unversioned.js';
import type { Account, Description } from '../model-terms.js';
import { randomCondition, resolveCondition, type Condition } from './conditions.js';
import { extraHeaders, newObject, randomExtras, type Extras } from './extras.js';
import type { Family } from './family.js';

export interface AppendObject {
  readonly kind: 'append';
  readonly bucket: string;
  readonly key: string;
  readonly as?: Account;
  /** Behind the present end; absent: at the very beginning. */
  readonly behind?: number;
  readonly body: Body;
  readonly description: Description;
  readonly extras?: Extras;
}

export interface RenameObject {
  readonly kind: 'rename';
  readonly bucket: string;
  readonly source: string;
  readonly key: string;
  readonly as?: Account;
  readonly token?: string;
  readonly condition?: Condition;
  readonly sourceCondition?: Condition;
}

export const appendObject: Family<AppendObject> = {
  kind: 'append',
  weight: 3,
  generate(generation) {
    const { random } = generation;
    const bucket = generation.plainBucket();
    const behind = random.chance(0.8) ? (random.chance(0.9) ? 0 : random.integer(-1, 1)) : undefined;
    const [key, body] = [generation.existingKey(bucket), randomBody(random)];
    return { kind: 'append', bucket, key, as: generation.as(bucket), behind, body, description: generation.description(), extras: randomExtras(generation, bucket) };
  },
  async run(session, { bucket, key, as, behind, body, description, extras }) {
    const content = bytesOf(body);
    const offset = behind === undefined ? 0 : Math.max(0, (session.model.current(bucket, key)?.content.length ?? 0) + behind);
    const headers = { ...headersOf(description), ...extraHeaders(session, extras), 'x-amz-write-offset-bytes': String(offset) };
    const answer = await session.send({ method: 'PUT', path: session.path(bucket, key), headers, body: content }, as);
    const object = newObject(session, description, extras);
    const stored = session.judge(answer, 200, () => appendInModel(session.model, answer.asked, bucket, key, { offset, content, object }));
    if (stored) same('etag', answer.headers.etag, `"${stored.etag}"`);
  },
};

export const renameObject: Family<RenameObject> = {
  kind: 'rename',
  weight: 2,
  generate(generation) {
    const { random } = generation;
    const bucket = generation.plainBucket();
    const before = [...(generation.state(bucket)?.renames ?? [])];
    if (before.length > 0 && random.chance(0.15)) {
      const [token, request] = random.pick(before);
      const [source, key] = JSON.parse(request) as [string, string];
      return { kind: 'rename', bucket, source, key, as: generation.as(bucket), token };
    }
    const source = generation.existingKey(bucket, 0.9);
    const key = random.chance(0.1) ? source : generation.existingKey(bucket, 0.3);
    const token = random.chance(0.3) ? random.pick(['t1', 't2', 't3', 't4', 't5']) : undefined;
    const sourceCondition = randomCondition(random, ['current', 'other', 'changed']);
    return { kind: 'rename', bucket, source, key, as: generation.as(bucket), token, condition: randomCondition(random), sourceCondition };
  },
  async run(session, { bucket, source, key, as, token, condition: wanted, sourceCondition: wantedOfSource }) {
    const { condition, headers } = resolveCondition(session.model, bucket, key, wanted);
    const ofSource = resolveCondition(session.model, bucket, source, wantedOfSource);
    const sourceHeaders = Object.entries(ofSource.headers).map(([name, value]) => [`x-amz-rename-source-${name}`, value]);
    const answer = await session.send(
      {
        method: 'PUT',
        path: session.path(bucket, key),
        query: 'renameObject=',
        headers: {
          ...headers,
          ...(Object.fromEntries(sourceHeaders) as Record<string, string>),
          ...(token === undefined ? {} : { 'x-amz-client-token': token }),
          'x-amz-rename-source': session.path(bucket, source),
        },
      },
      as,
    );
    const input = { source, token, condition, sourceCondition: ofSource.condition };
    session.judge(answer, 200, () => renameInModel(session.model, answer.asked, bucket, key, input));
  },
};

import { bytesOf, randomBody, randomPart, type Body } from '../bodies.js';
import type { Generation } from '../generation.js';
import { KEYS } from '../keys.js';
import { same } from '../mismatch.js';
import { putObject as putInModel } from '../model-objects.js';
import type { Account } from '../model-terms.js';
import type { Session } from '../session.js';
import { deleteObject, type DeleteObject } from './delete-operations.js';
import type { Family } from './family.js';
import { getObject, headObject, type GetObject, type HeadObject } from './read-operations.js';
import { compareNewId, headerId } from './version-refs.js';
import { putPart, type PutPart } from './upload-operations.js';
import { putObject, type PutObject } from './write-operations.js';

type Single = PutObject | DeleteObject | GetObject | HeadObject;

/** Operations on different keys, or different parts of one upload, all at once. */
export interface Burst {
  readonly kind: 'burst';
  readonly operations: readonly (Single | PutPart)[];
}

/** Writers of one key at once, each only if it is absent: one may win. */
export interface Race {
  readonly kind: 'race';
  readonly bucket: string;
  readonly key: string;
  readonly as?: Account;
  readonly bodies: readonly Body[];
}

const SINGLES = [putObject, putObject, putObject, deleteObject, getObject, headObject];
const MOST = 8;

export const burst: Family<Burst> = {
  kind: 'burst',
  weight: 1.2,
  generate(generation) {
    const parts = generation.random.chance(0.25) ? generateParts(generation) : [];
    if (parts.length > 0) return { kind: 'burst', operations: parts };
    const operations = new Map<string, Single>();
    for (let i = generation.random.integer(2, MOST); i > 0; i--) {
      const single = generation.random.pick(SINGLES).generate(generation) as Single;
      operations.set(`${single.bucket}/${single.key}`, single);
    }
    return { kind: 'burst', operations: [...operations.values()] };
  },
  async run(session, { operations }) {
    const outcomes = await Promise.allSettled(operations.map((operation) => runSingle(session, operation)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  },
};

function generateParts(generation: Generation): readonly PutPart[] {
  const first = putPart.generate(generation);
  if (!first) return [];
  return [1, 2, 3, 4].map((number) => ({ ...first, number, body: randomPart(generation.random) }));
}

function runSingle(session: Session, operation: Single | PutPart): Promise<void> {
  switch (operation.kind) {
    case 'put':
      return putObject.run(session, operation);
    case 'delete':
      return deleteObject.run(session, operation);
    case 'get':
      return getObject.run(session, operation);
    case 'head':
      return headObject.run(session, operation);
    case 'put-part':
      return putPart.run(session, operation);
  }
}

export const race: Family<Race> = {
  kind: 'race',
  weight: 0.8,
  generate(generation) {
    const { random } = generation;
    const bucket = generation.bucketToFill();
    const { size } = randomBody(random);
    // Of one size, so that later choices do not depend on who won.
    const bodies = Array.from({ length: random.integer(2, MOST) }, (_, index) => ({ size, start: index * 1000 }));
    return { kind: 'race', bucket, key: absentKey(generation, bucket), as: generation.owner(bucket), bodies };
  },
  async run(session, { bucket, key, as, bodies }) {
    const path = session.path(bucket, key);
    const answers = await Promise.all(
      bodies.map((body) => session.send({ method: 'PUT', path, headers: { 'if-none-match': '*' }, body: bytesOf(body) }, as)),
    );
    const winners = answers.flatMap((answer, index) => (answer.status === 200 ? [index] : []));
    const winner = winners[0] ?? 0;
    // The winner first: the model takes one after the other.
    for (const index of [winner, ...bodies.map((_, index) => index).filter((index) => index !== winner)]) {
      const answer = answers[index]!;
      const input = { content: bytesOf(bodies[index]!), object: { headers: {}, metadata: {} }, condition: { ifNoneMatch: '*' }, versionId: headerId(answer) };
      const stored = session.judge(answer, 200, () => putInModel(session.model, answer.asked, bucket, key, input));
      if (stored) compareNewId(session, answer, stored.versionId);
    }
    same('winners', winners.length <= 1, true);
  },
};

function absentKey({ random, model }: Generation, bucket: string): string {
  const absent = KEYS.filter((key) => !model.current(bucket, key));
  return absent.length > 0 && random.chance(0.9) ? random.pick(absent) : random.pick(KEYS);
}

import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AccountWorld, BOB, must, policyOf } from '../harness/account-world.js';
import { textsOf } from '../harness/read-xml.js';
import type { RawResponse, SignedClient } from '../harness/signed-client.js';
import { SECRET, TARGET, startAttack } from './attack-world.js';

const KEY = `${TARGET}/turning`;
const ROUNDS = 60;
let world: AccountWorld;
let alice: SignedClient;
let bob: SignedClient;

beforeAll(async () => {
  world = await startAttack();
  ({ alice, bob } = world);
});
afterAll(() => world.remove());

const allowWhere = (tag: string, ...Action: string[]) =>
  must(alice.put(`${TARGET}?policy`, policyOf({ Effect: 'Allow', Principal: { AWS: BOB.account }, Action, Resource: `arn:aws:s3:::${TARGET.slice(1)}/*`, Condition: { StringEquals: { [`s3:ExistingObjectTag/${tag}`]: 'yes' } } })));

/** Alice does her rounds; Bob does what he does, several at once, until she is through. */
async function race(rounds: () => Promise<void>, tries: readonly (() => Promise<void>)[]): Promise<void> {
  let over = false;
  const forever = async (attempt: () => Promise<void>) => {
    while (!over) await attempt();
  };
  const bobs = Promise.all(tries.map(forever));
  try {
    await rounds();
  } finally {
    over = true;
  }
  await bobs;
}

describe('an object that changes while a permission by its tags is asked', () => {
  it('is not read by who may read what was there before', async () => {
    await allowWhere('share', 's3:GetObject', 's3:GetObjectAttributes', 's3:GetObjectTagging');
    const seen = { free: 0, refused: 0 };
    const secretEtag = crypto.hash('md5', SECRET);
    const read = async (target: string, headers: Record<string, string> = {}, method = 'GET') => {
      const { status, text, headers: answered } = await bob.call(method, target, { headers });
      seen[status === 200 ? 'free' : 'refused']++;
      const shown = status === 200 && [text.includes(SECRET), text.includes(secretEtag), text.includes('hidden'), answered.etag?.includes(secretEtag)].some(Boolean);
      expect([method, target, shown]).toEqual([method, target, false]);
    };
    await race(async () => {
      for (let i = 0; i < ROUNDS; i++) {
        await must(alice.put(KEY, `free ${i}`, { 'x-amz-tagging': 'share=yes' }));
        await must(alice.put(KEY, SECRET, { 'x-amz-tagging': 'share=no&why=hidden' }));
      }
    }, [
      ...Array.from({ length: 4 }, () => () => read(KEY)),
      () => read(KEY, {}, 'HEAD'),
      () => read(`${KEY}?attributes`, { 'x-amz-object-attributes': 'ETag' }),
      () => read(`${KEY}?tagging`),
    ]);
    expect(seen).toEqual({ free: expect.any(Number), refused: expect.any(Number) });
    expect(Math.min(seen.free, seen.refused)).toBeGreaterThan(0);
  });

  it('is not copied by who may copy what was there before', async () => {
    await allowWhere('share', 's3:GetObject', 's3:GetObjectTagging');
    let copied = 0;
    const copy = (target: string) => async () => {
      const { status } = await bob.put(target, undefined, { 'x-amz-copy-source': KEY });
      if (status !== 200) return;
      copied++;
      expect((await bob.get(target)).text).not.toContain(SECRET);
    };
    const id = /<UploadId>(.*?)</.exec((await must(bob.post('/attacker/parts?uploads'))).text)![1]!;
    const copyPart = async () => {
      const { status, text } = await bob.put(`/attacker/parts?partNumber=1&uploadId=${id}`, undefined, { 'x-amz-copy-source': KEY });
      expect([status, text.includes(crypto.hash('md5', SECRET))]).toEqual([status, false]);
    };
    await race(async () => {
      for (let i = 0; i < ROUNDS; i++) {
        await must(alice.put(KEY, `free ${i}`, { 'x-amz-tagging': 'share=yes' }));
        await must(alice.put(KEY, SECRET, { 'x-amz-tagging': 'share=no' }));
      }
    }, [copy('/attacker/one'), copy('/attacker/two'), copyPart]);
    expect(copied).toBeGreaterThan(0);
  });

  it('is not tagged by who might have tagged what was there before', async () => {
    await allowWhere('draft', 's3:PutObjectTagging', 's3:DeleteObjectTagging');
    let tagged = 0;
    const tag = (send: () => Promise<RawResponse>) => async () => {
      if ((await send()).status < 300) tagged++;
    };
    await race(async () => {
      for (let i = 0; i < ROUNDS; i++) {
        await must(alice.put(KEY, 'draft', { 'x-amz-tagging': 'draft=yes' }));
        await must(alice.put(KEY, 'final', { 'x-amz-tagging': 'draft=no&kept=x' }));
        const { text } = await must(alice.get(`${KEY}?tagging`));
        expect(textsOf(text, 'Tag')).toEqual(['<Key>draft</Key><Value>no</Value>', '<Key>kept</Key><Value>x</Value>']);
      }
    }, [
      tag(() => bob.put(`${KEY}?tagging`, '<Tagging><TagSet><Tag><Key>draft</Key><Value>yes</Value></Tag></TagSet></Tagging>')),
      tag(() => bob.delete(`${KEY}?tagging`)),
    ]);
    expect(tagged).toBeGreaterThan(0);
  });
});

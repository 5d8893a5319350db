import accessPlugin from '@zas/access-rbac';
import sqlitePlugin from '@zas/metadata-sqlite';
import { authorizer, credentials, type Authorizer, type BucketSettings, type Principal, type Question } from '@zas/plugin-api';
import { startTestHost, testContext } from '@zas/plugin-testkit';
import type { MeasureOptions } from '../options.js';
import type { Row } from '../report/rows.js';
import { measureCalls } from '../stores/measure-calls.js';
import { bucketOf, identity, manyPolicies } from './many-policies.js';
import type { DecisionWork } from './work-names.js';

const ACCOUNT = '123456789012';
const COUNTS = [1, 10, 100, 10_000];
/** What a hit of the cache asks for again and again. */
const REPEATED = 64;
const STRIDE = 7919;
/** Until then the code is not compiled. */
const WARM_UP_SECONDS = 0.2;
const CONDITION = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, Bool: { 'aws:SecureTransport': 'true' } };
const ATTRIBUTES: Readonly<Record<string, string>> = { 'aws:sourceip': '192.0.2.7', 'aws:securetransport': 'true' };
const SETTINGS: BucketSettings = Object.freeze({ objectOwnership: 'BucketOwnerEnforced' });

/** Asks the access plugin through its contract, behind the guards of a real host, as principals with ever more policies. */
export async function measureDecisions(options: MeasureOptions, say: (line: string) => void): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const count of COUNTS) {
    const identities = [identity('root-of-it', ACCOUNT), identity('plain', ACCOUNT, manyPolicies(count)), identity('conditional', ACCOUNT, manyPolicies(count, CONDITION))];
    const host = await startTestHost({ plugins: [sqlitePlugin, { plugin: accessPlugin, config: { identities } }] });
    try {
      const find = async (id: string): Promise<Principal> => (await host.points.one(credentials).find(testContext(), `KEY-${id}`))!.principal;
      const [plain, conditional] = [await find('plain'), await find('conditional')];
      const asked: Readonly<Record<Exclude<DecisionWork, 'get4k-policies'>, Asked>> = {
        'decide-hit': { principal: plain, allow: true, place: (i) => [bucketOf((i * STRIDE) % Math.min(count, REPEATED)), `key/${i % REPEATED}`] },
        'decide-miss': { principal: plain, allow: true, place: (i) => [bucketOf((i * STRIDE) % count), `key/${i}`] },
        'decide-conditions': { principal: conditional, allow: true, place: (i) => [bucketOf((i * STRIDE) % count), `key/${i}`] },
        'decide-deny': { principal: plain, allow: false, place: (i) => ['team-of-others', `key/${i}`] },
      };
      for (const [work, one] of Object.entries(asked)) {
        if (!options.only.has(work)) continue;
        say(`decisions: ${work}, ${count} policies`);
        rows.push(await measure(host.points.one(authorizer), work, count, one, options.storeSeconds));
      }
    } finally {
      await host.stop();
    }
  }
  return rows;
}

interface Asked {
  readonly principal: Principal;
  readonly allow: boolean;
  /** Bucket and key of the question of that number. */
  place(i: number): readonly [string, string];
}

async function measure(asking: Authorizer, work: string, count: number, { principal, allow, place }: Asked, seconds: number): Promise<Row> {
  const context = testContext();
  const attributes = (key: string): string | undefined => ATTRIBUTES[key];
  const call = async (i: number): Promise<void> => {
    const [bucket, key] = place(i);
    const question: Question = { principal, action: 's3:GetObject', resource: { type: 'object', bucket, ownerAccount: ACCOUNT, settings: SETTINGS, key, object: undefined }, attributes };
    const decision = await asking.decide(context, question);
    if (decision.allow !== allow) throw new Error(`${work}: ${decision.reason}`);
  };
  const calls = { work, target: `${count} ${count === 1 ? 'policy' : 'policies'}`, callers: 1, call };
  await measureCalls({ ...calls, seconds: Math.min(seconds, WARM_UP_SECONDS) });
  return { ...(await measureCalls({ ...calls, seconds })), group: 'decisions' };
}

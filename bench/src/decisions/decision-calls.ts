import accessPlugin from '@zas/access-rbac';
import sqlitePlugin from '@zas/metadata-sqlite';
import { authorizer, credentials, type BucketSettings, type Decision, type Principal, type Question } from '@zas/plugin-api';
import { startTestHost, testContext } from '@zas/plugin-testkit';
import type { PreparedCalls } from '../stores/prepared-calls.js';
import { bucketOf, identity, manyPolicies } from './many-policies.js';
import type { LoneDecisionWork } from './work-names.js';

const ACCOUNT = '123456789012';
/** What a hit of the cache asks for again and again. */
const REPEATED = 64;
const STRIDE = 7919;
const CONDITION = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, Bool: { 'aws:SecureTransport': 'true' } };
const ATTRIBUTES: Readonly<Record<string, string>> = { 'aws:sourceip': '192.0.2.7', 'aws:securetransport': 'true' };
const SETTINGS: BucketSettings = Object.freeze({ objectOwnership: 'BucketOwnerEnforced' });

/** Questions to the access plugin behind the guards of a real host. */
export interface DecisionDesk {
  calls(work: LoneDecisionWork): PreparedCalls<Decision>;
  stop(): Promise<void>;
}

/** Opens a host with principals who have so many policies. */
export async function openDecisionDesk(count: number): Promise<DecisionDesk> {
  const identities = [identity('root-of-it', ACCOUNT), identity('plain', ACCOUNT, manyPolicies(count)), identity('conditional', ACCOUNT, manyPolicies(count, CONDITION))];
  const host = await startTestHost({ plugins: [sqlitePlugin, { plugin: accessPlugin, config: { identities } }] });
  const find = async (id: string): Promise<Principal> => (await host.points.one(credentials).find(testContext(), `KEY-${id}`))!.principal;
  const [plain, conditional] = [await find('plain'), await find('conditional')];
  const asked: Readonly<Record<LoneDecisionWork, Asked>> = {
    'decide-hit': { principal: plain, allow: true, place: (i) => [bucketOf((i * STRIDE) % Math.min(count, REPEATED)), `key/${i % REPEATED}`] },
    'decide-miss': { principal: plain, allow: true, place: (i) => [bucketOf((i * STRIDE) % count), `key/${i}`] },
    'decide-conditions': { principal: conditional, allow: true, place: (i) => [bucketOf((i * STRIDE) % count), `key/${i}`] },
    'decide-deny': { principal: plain, allow: false, place: (i) => ['team-of-others', `key/${i}`] },
  };
  const [asking, context] = [host.points.one(authorizer), testContext()];
  const attributes = (key: string): string | undefined => ATTRIBUTES[key];
  return {
    calls: (work) => {
      const { principal, allow, place } = asked[work];
      const run = (i: number) => {
        const [bucket, key] = place(i);
        const question: Question = { principal, action: 's3:GetObject', resource: { type: 'object', bucket, ownerAccount: ACCOUNT, settings: SETTINGS, key, object: undefined }, attributes };
        return asking.decide(context, question);
      };
      return { run, check: (decision) => decision?.allow === allow };
    },
    stop: () => host.stop(),
  };
}

interface Asked {
  readonly principal: Principal;
  readonly allow: boolean;
  /** Bucket and key of the question of that number. */
  place(i: number): readonly [string, string];
}

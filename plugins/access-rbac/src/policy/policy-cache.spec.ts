import { describe, expect, it } from '@jest/globals';
import type { BucketSettings } from '@zas/plugin-api';
import { PolicyCache } from './policy-cache.js';

const policy = (sid: string): string => JSON.stringify({ Statement: { Sid: sid, Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' } });
const frozen = (settings: BucketSettings): BucketSettings => Object.freeze(settings);

describe('the policy cache', () => {
  it('compiles once for the same settings, and once for the same text', () => {
    const cache = new PolicyCache();
    const settings = frozen({ policy: policy('a') });
    const first = cache.of(settings);
    expect(first?.policy?.statements).toHaveLength(1);
    expect(cache.of(settings)).toBe(first);
    expect(cache.of(frozen({ policy: policy('a') }))).toBe(first);
    expect(cache.of({ policy: policy('a') })).toBe(first);
  });

  it('does not keep what can change under it', () => {
    const cache = new PolicyCache();
    const settings = { policy: policy('a') };
    const first = cache.of(settings);
    settings.policy = policy('b');
    expect(cache.of(settings)).not.toBe(first);
  });

  it('has nothing where nothing is, and says why where it is none', () => {
    const cache = new PolicyCache();
    expect(cache.of(undefined)).toBeUndefined();
    expect(cache.of(frozen({}))).toBeUndefined();
    expect(cache.of(frozen({ policy: 'nonsense' }))).toEqual({ problem: "Policies must be valid JSON and the first byte must be '{'", public: false });
  });

  it('lets go of the texts that were not used for longest', () => {
    const texts = ['a', 'b', 'c'].map(policy);
    const cache = new PolicyCache(2 * (texts[0] as string).length);
    const first = cache.of({ policy: texts[0] });
    const second = cache.of({ policy: texts[1] });
    expect(cache.of({ policy: texts[0] })).toBe(first);
    cache.of({ policy: texts[2] });
    expect(cache.size).toBe(2);
    expect(cache.of({ policy: texts[0] })).toBe(first);
    expect(cache.of({ policy: texts[1] })).not.toBe(second);
  });
});

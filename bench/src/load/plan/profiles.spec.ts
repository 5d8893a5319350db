import { describe, expect, it } from '@jest/globals';
import { planStages, planThresholds, PROFILES, secondsOf } from './profiles.js';

const named = (name: string) => PROFILES.find((profile) => profile.name === name)!;
const SCENARIO = { name: 's3-get', p95Ms: 50 };

describe('profiles', () => {
  it('are these, and every one ends by itself', () => {
    expect(PROFILES.map(({ name }) => name)).toEqual(['smoke', 'load', 'stress', 'spike', 'soak']);
    for (const profile of PROFILES) expect(secondsOf(profile)).toBeLessThanOrEqual(30 * 60);
    expect(secondsOf(named('smoke'))).toBeLessThan(6);
  });

  it('reach their users, and nobody is left at the end but in the smoke and behind a spike', () => {
    for (const profile of PROFILES) {
      const targets = planStages(profile).stages.map(({ target }) => target);
      expect(Math.max(...targets)).toBe(profile.users);
      expect(targets.at(-1)).toBe({ smoke: 2, spike: 10 }[profile.name] ?? 0);
    }
  });
});

describe('planStages', () => {
  it('scales users and time, each stage keeping its share', () => {
    const { startVUs, stages } = planStages(named('spike'), { users: 20, seconds: 10 });
    expect(startVUs).toBe(2);
    expect(stages.map(({ target }) => target)).toEqual([2, 20, 20, 2, 2]);
    expect(stages.map(({ duration }) => duration)).toEqual(['2000ms', '500ms', '3000ms', '500ms', '4000ms']);
  });

  it('leaves one user where the share of few would be none', () => {
    expect(planStages(named('stress'), { users: 1 }).stages.map(({ target }) => target)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0]);
  });
});

describe('planThresholds', () => {
  it('judges failures and checks only in the smoke', () => {
    expect(planThresholds(named('smoke'), SCENARIO)).toEqual({ 'http_req_failed{scenario:s3-get}': ['rate<=0'], checks: ['rate>=1'] });
  });

  it.each([
    ['load', 'p(95)<50', 'rate<=0.001'],
    ['soak', 'p(95)<50', 'rate<=0.001'],
    ['stress', 'p(95)<400', 'rate<=0.01'],
    ['spike', 'p(95)<400', 'rate<=0.01'],
  ])('judges latency under %s', (name, latency, failures) => {
    expect(planThresholds(named(name), SCENARIO)).toMatchObject({ 'http_req_duration{scenario:s3-get}': [latency], 'http_req_failed{scenario:s3-get}': [failures] });
  });
});

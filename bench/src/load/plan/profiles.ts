/** A part of a profile: by its end so many of the profile's users are at work. */
export interface Stage {
  readonly seconds: number;
  /** Of the profile's users, 0 to 1. */
  readonly share: number;
}

/** How much load there is, and what must hold under it. */
export interface Profile {
  readonly name: string;
  readonly about: string;
  /** Users at the peak. */
  readonly users: number;
  /** Share of them with which it begins. */
  readonly startShare: number;
  readonly stages: readonly Stage[];
  /** Milliseconds that a user waits after each iteration. */
  readonly thinkMs: number;
  /** Largest share of requests that may fail. */
  readonly failures: number;
  /** Times the scenario's own p95; absent: latencies are not judged. */
  readonly latencyFactor?: number;
}

const MINUTE = 60;

export const PROFILES: readonly Profile[] = [
  {
    name: 'smoke',
    about: 'a few seconds with two users: that the scenario works. Latencies are not judged, they are noise on shared machines',
    users: 2,
    startShare: 1,
    stages: [{ seconds: 4, share: 1 }],
    thinkMs: 0,
    failures: 0,
  },
  {
    name: 'load',
    about: 'up to 16 users for two and a half minutes: an ordinary busy time',
    users: 16,
    startShare: 0,
    stages: [
      { seconds: 20, share: 1 },
      { seconds: 2 * MINUTE, share: 1 },
      { seconds: 10, share: 0 },
    ],
    thinkMs: 0,
    failures: 0.001,
    latencyFactor: 1,
  },
  {
    name: 'stress',
    about: 'in four steps to 128 users, five minutes: where latency begins to grow',
    users: 128,
    startShare: 0,
    stages: [
      { seconds: 10, share: 0.125 },
      { seconds: MINUTE, share: 0.125 },
      { seconds: 10, share: 0.25 },
      { seconds: MINUTE, share: 0.25 },
      { seconds: 10, share: 0.5 },
      { seconds: MINUTE, share: 0.5 },
      { seconds: 10, share: 1 },
      { seconds: MINUTE, share: 1 },
      { seconds: 20, share: 0 },
    ],
    thinkMs: 0,
    failures: 0.01,
    latencyFactor: 8,
  },
  {
    name: 'spike',
    about: 'from 10 to 100 users within five seconds and back, under two minutes: what a rush does, and that it passes',
    users: 100,
    startShare: 0.1,
    stages: [
      { seconds: 20, share: 0.1 },
      { seconds: 5, share: 1 },
      { seconds: 30, share: 1 },
      { seconds: 5, share: 0.1 },
      { seconds: 40, share: 0.1 },
    ],
    thinkMs: 0,
    failures: 0.01,
    latencyFactor: 8,
  },
  {
    name: 'soak',
    about: '16 users who think for half a second, half an hour: leaks, and what clean-up costs',
    users: 16,
    startShare: 0,
    stages: [
      { seconds: MINUTE, share: 1 },
      { seconds: 28 * MINUTE, share: 1 },
      { seconds: MINUTE, share: 0 },
    ],
    thinkMs: 500,
    failures: 0.001,
    latencyFactor: 1,
  },
];

/** What to change of a profile. */
export interface ProfileChanges {
  /** Users at the peak; all stages follow. */
  readonly users?: number;
  /** Of all stages together; each keeps its share. */
  readonly seconds?: number;
}

/** The stages in k6's words. */
export interface StagePlan {
  readonly startVUs: number;
  readonly stages: readonly { readonly duration: string; readonly target: number }[];
}

export function secondsOf({ stages }: Profile): number {
  return stages.reduce((sum, { seconds }) => sum + seconds, 0);
}

export function planStages(profile: Profile, { users = profile.users, seconds }: ProfileChanges = {}): StagePlan {
  const factor = seconds === undefined ? 1 : seconds / secondsOf(profile);
  const usersOf = (share: number) => Math.ceil(users * share);
  return {
    startVUs: usersOf(profile.startShare),
    stages: profile.stages.map((stage) => ({ duration: `${Math.round(stage.seconds * factor * 1000)}ms`, target: usersOf(stage.share) })),
  };
}

/** What k6 must find for the run to pass. Only requests of the load itself are judged, not those that prepare and remove. */
export function planThresholds(profile: Profile, scenario: { readonly name: string; readonly p95Ms: number }): Record<string, string[]> {
  const own = `{scenario:${scenario.name}}`;
  return {
    [`http_req_failed${own}`]: [`rate<=${profile.failures}`],
    checks: [`rate>=${1 - profile.failures}`],
    ...(profile.latencyFactor !== undefined && { [`http_req_duration${own}`]: [`p(95)<${scenario.p95Ms * profile.latencyFactor}`] }),
  };
}

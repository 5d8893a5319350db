import type { Family } from './family.js';

/** The server's clock is put forward or back, or goes on at another pace. */
export interface TurnClock {
  readonly kind: 'clock';
  /** Seconds, at once. */
  readonly by?: number;
  /** Milliseconds from one operation to the next: it may stand still or run backwards. */
  readonly pace?: number;
}

const MOVES = [1, 3, 30, 600, 7200, 86_400, 86_400, 2 * 86_400, 4 * 86_400, -1, -30, -600, -7200, -86_400];
const PACES = [0, 0, 1, 250, 900, 5000, -1, -400];

export const turnClock: Family<TurnClock> = {
  kind: 'clock',
  weight: 2,
  generate: ({ random }) => (random.chance(0.7) ? { kind: 'clock', by: random.pick(MOVES) } : { kind: 'clock', pace: random.pick(PACES) }),
  async run(session, { by = 0, pace = session.pace }) {
    session.pace = pace;
    session.now += by * 1000;
    await session.showClock();
  },
};

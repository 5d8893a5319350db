import { StoreError, type CallContext, type Clock } from '@zas/plugin-api';
import type { AccountDirectory } from './account-directory.js';
import { isOvertaken, put, type AccessStore, type RecordWrite } from './access-store.js';
import type { Generation } from './generation.js';

const ATTEMPTS = 8;

/** Changes the records of one account, one change after the other however many processes make them. */
export class RecordChanges {
  readonly #store: AccessStore;
  readonly #accounts: AccountDirectory;
  readonly #generation: Generation;
  readonly clock: Clock;

  constructor(store: AccessStore, accounts: AccountDirectory, generation: Generation, clock: Clock) {
    this.#store = store;
    this.#accounts = accounts;
    this.#generation = generation;
    this.clock = clock;
  }

  /**
   * Reads and writes as if nobody else did.
   * @param work reads what it needs and answers what is to be written, and what the caller gets; it may run several times
   * Throws what `work` throws; `not-found` for an account that is not there; `conflict`, retriable, when others were always faster.
   */
  async change<T>(context: CallContext, account: string, work: () => Promise<{ readonly writes: readonly RecordWrite[]; readonly answer: T }>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const { record, revision } = await this.#accounts.stored(context, account, this.clock.now());
      const { writes, answer } = await work();
      if (writes.length === 0) return answer;
      try {
        const counted = put('accounts', account, { ...record, changes: record.changes + 1 }, revision);
        this.#generation.advance(await this.#store.write(context, [...writes, counted]));
        return answer;
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        if (attempt === ATTEMPTS) throw new StoreError('conflict', 'Others change the same account at the moment', { details: { retriable: true } });
      }
    }
  }
}

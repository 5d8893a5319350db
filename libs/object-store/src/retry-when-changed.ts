import { isStoreError } from '@zas/plugin-api';

const TRIES = 5;

/** Repeats what a concurrent change upset: a `conflict` that says it is retriable. @param most attempts */
export async function retryWhenChanged<T>(attempt: () => Promise<T>, most = TRIES): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const retriable = isStoreError(error) && error.code === 'conflict' && error.details.retriable === true;
      if (!retriable || tries === most) throw error;
    }
  }
}

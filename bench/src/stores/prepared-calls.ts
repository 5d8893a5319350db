/** What is called again and again, once everything that it needs is there. */
export interface PreparedCalls<T = unknown> {
  /** Numbered from 0. */
  run(i: number): T | Promise<T>;
  /** Whether that is the right result. */
  check(result: T): boolean;
  /** So many calls use everything up; absent: there is no end. */
  readonly most?: number;
  /** Looks at what came of all calls, and removes it. @throws when something is wrong */
  finish?(): Promise<void>;
}

/** One checked call for each number; `false` when everything is used up. */
export function checkedCalls<T>(work: string, { run, check, most = Infinity }: PreparedCalls<T>): (i: number) => Promise<void> | false {
  const one = async (i: number) => {
    if (!check(await run(i))) throw new Error(`${work}: call ${i} had a wrong result`);
  };
  return (i) => i < most && one(i);
}

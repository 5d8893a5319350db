import type { Runner } from './runner.js';

/** Names of the tests of a suite by how they ended. */
export interface SuiteResults {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Runs a suite outside any test runner and reports; used to show that a broken twin fails. */
export async function collectResults(declare: (runner: Runner) => void): Promise<SuiteResults> {
  const befores: (() => Promise<void> | void)[] = [];
  const tests: { name: string; body: () => Promise<void> | void }[] = [];
  const afters: (() => Promise<void> | void)[] = [];
  declare({
    describe: (_name, body) => body(),
    it: (name, body) => void tests.push({ name, body }),
    before: (body) => void befores.push(body),
    after: (body) => void afters.push(body),
  });
  const [passed, failed]: [string[], string[]] = [[], []];
  for (const body of befores) await body();
  for (const { name, body } of tests) {
    try {
      await body();
      passed.push(name);
    } catch {
      failed.push(name);
    }
  }
  for (const body of afters) await body();
  return { passed, failed };
}

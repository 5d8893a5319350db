import { describe } from '@jest/globals';

/** Declares tests that need a server of somebody else's; without it they are skipped with a printed reason. */
export function withServer(name: string, found: string | undefined, tests: (command: string) => void): void {
  if (found === undefined) describe.skip(`${name}: not installed, see scripts/install-identity.sh`, () => tests(''));
  else describe(name, () => tests(found));
}

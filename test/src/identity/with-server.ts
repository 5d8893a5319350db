import { describe } from '@jest/globals';

/**
 * Declares tests that need a server of somebody else's; without it they are skipped with a printed reason.
 * @param obstacle why it cannot be had on this machine, which is no fault of ours
 */
export function withServer(name: string, found: string | undefined, tests: (command: string) => void, obstacle?: string): void {
  if (found === undefined && obstacle !== undefined) describe.skip(`${name}: not possible here: ${obstacle}`, () => tests(''));
  else if (found === undefined) describe.skip(`${name}: not installed, see scripts/install-identity.sh`, () => tests(''));
  else describe(name, () => tests(found));
}

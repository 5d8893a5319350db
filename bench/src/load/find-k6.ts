import { spawnSync } from 'node:child_process';
import { findProgram, withOwnTools } from '../server/find-program.js';

const WANTED_MAJOR = 1;

export const HOW_TO_GET_K6 = `k6 ${WANTED_MAJOR}.0 or newer is needed:
  bash scripts/install-load-tools.sh        # compiles it, which needs Go
  go install go.k6.io/k6@v1.8.1             # the same by hand
or the package k6 of your system, then found on the PATH.`;

/** @throws with how to get it when there is none, or only one that is too old */
export function findK6(searchPath: string): string {
  const k6 = findProgram('k6', withOwnTools(searchPath));
  if (k6 === undefined) throw new Error(`There is no k6 on the PATH. ${HOW_TO_GET_K6}`);
  const { stdout } = spawnSync(k6, ['version'], { encoding: 'utf8' });
  const version = readVersion(stdout ?? '');
  if (version === undefined || version < WANTED_MAJOR) throw new Error(`${k6} says it is ${JSON.stringify((stdout ?? '').trim())}. ${HOW_TO_GET_K6}`);
  return k6;
}

/** The major number in what `k6 version` prints; `undefined` when it says none. */
export function readVersion(text: string): number | undefined {
  const match = /^k6(?:\.exe)? v(\d+)\./.exec(text);
  return match ? Number(match[1]) : undefined;
}

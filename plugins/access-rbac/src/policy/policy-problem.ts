/** Why a text is no policy. Thrown inside this folder only; its message is for the policy's writer. */
export class PolicyProblem extends Error {}

/** Runs what may find a problem, and answers its message; `undefined`: there is none. */
export function problemOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof PolicyProblem) return error.message;
    throw error;
  }
}

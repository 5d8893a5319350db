/** Why the plugins do not fit together or do not start: all problems in one message, no config secret in it. */
export class PluginHostError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: { cause?: unknown }) {
    super(`The plugins have ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, options);
    this.name = 'PluginHostError';
    this.problems = problems;
  }
}

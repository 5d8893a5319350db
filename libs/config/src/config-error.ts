/** Everything that is wrong with a configuration, in one message. Holds no secret values. */
export class ConfigError extends Error {
  /** One line each, beginning with the path, variable or flag that is meant. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

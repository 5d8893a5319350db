import type { Logger } from '@zas/plugin-api';
import type { ConfigSources, LoadedConfig } from '@zas/config';

/** What a command found, said once for people and once for programs. */
export interface Outcome {
  /** False when the answer is no: the exit code is 1 then. */
  readonly good: boolean;
  /** Lines for people. */
  readonly text: string;
  /** What `--json` prints beside `ok`. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** What commands are given of the world. */
export interface CliWorld {
  readonly env: ConfigSources['env'];
  readonly readFile: ConfigSources['readFile'];
  /** Absolute path of the working directory. */
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Replaces this process by the server, with its flags; returns only where that cannot be. */
  readonly serve: (argv: readonly string[]) => Promise<number>;
  readonly version: string;
}

/** What a command that reads the configuration is given. */
export interface ConfiguredCall {
  readonly loaded: LoadedConfig;
  readonly logger: Logger;
  readonly world: CliWorld;
}

/** Exit codes, the same for every command. */
export const EXIT = {
  /** Done, and the answer is yes. */
  good: 0,
  /** The answer is no: the configuration is wrong, the trail was altered, the server is not healthy. */
  bad: 1,
  /** The call was wrong: an unknown command or option. */
  usage: 2,
  /** It could not be done or found out. */
  failed: 3,
} as const;

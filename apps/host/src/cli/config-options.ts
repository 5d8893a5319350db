import type { Command } from 'commander';
import { FLAGS } from '@zas/config';

type Given = Readonly<Record<string, unknown>>;

const SETTINGS = FLAGS.filter((flag) => 'argument' in flag);

/** Gives a command the flags of the configuration, as `start` has them. */
export function withConfigOptions(command: Command): Command {
  for (const { name, argument, does } of SETTINGS) command.option(`${name} <${argument}>`, does);
  return command;
}

/** The flags as `loadConfig` reads them. */
export function configArguments(given: Given): readonly string[] {
  return SETTINGS.flatMap(({ name }) => {
    const value = given[camel(name)];
    return value === undefined ? [] : [name, String(value)];
  });
}

function camel(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

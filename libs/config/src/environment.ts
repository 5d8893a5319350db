import type { z } from 'zod';
import { didYouMean } from './nearest.js';
import { settingsOf, upperSnake, type Setting } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a small text file; throws as `fs.readFileSync` does. */
export type ReadFile = (path: string) => string;

export interface OverlaidEnvironment {
  /** The value with the variables laid over it; the one given is not changed. */
  readonly value: unknown;
  /** Variables that could not be read. */
  readonly problems: readonly string[];
  /** Variables with the prefix that belong to no setting. */
  readonly warnings: readonly string[];
}

/** The one place in the project that reads the process's environment. */
export function readEnvironment(): Environment {
  return { ...process.env };
}

/**
 * Lays environment variables over a config value. A variable is `prefix` and the
 * setting's path in upper snake case; with `_FILE` behind it, it names a file
 * that holds the value. Scalar lists are comma separated, other lists and objects
 * one JSON value. An empty variable counts as not set.
 */
export function overlayEnvironment(
  schema: z.ZodType,
  value: unknown,
  environment: Environment,
  options: { prefix: string; readFile: ReadFile; ignore?: (name: string) => boolean },
): OverlaidEnvironment {
  const settings = new Map(settingsOf(schema).map((setting) => [options.prefix + upperSnake(...setting.path), setting]));
  const problems: string[] = [];
  const warnings: string[] = [];
  const result = structuredClone(value);
  let root = isObject(result) ? result : undefined;

  for (const name of Object.keys(environment).sort()) {
    const text = environment[name];
    if (!name.startsWith(options.prefix) || text === undefined || text === '' || options.ignore?.(name) === true) continue;
    const direct = settings.get(name);
    const setting = direct ?? settings.get(name.replace(/_FILE$/, ''));
    if (setting === undefined) {
      warnings.push(`${name}: no such setting${didYouMean(name, [...settings.keys()])}`);
      continue;
    }
    if (direct !== undefined && environment[`${name}_FILE`]) problems.push(`${name}: set it or ${name}_FILE, not both`);
    try {
      const raw = direct === undefined ? options.readFile(text).replace(/\r?\n$/, '') : text;
      root ??= value === undefined || value === null ? {} : undefined;
      if (root !== undefined) assign(root, setting.path, readText(setting, raw));
    } catch (error) {
      problems.push(`${name}: ${error instanceof SettingSyntaxError ? error.message : `cannot be read (${(error as { code?: string }).code ?? 'error'})`}`);
    }
  }
  return { value: root ?? result, problems, warnings };
}

class SettingSyntaxError extends Error {}

function readText(setting: Setting, text: string): unknown {
  switch (setting.kind) {
    case 'number': {
      const number = Number(text.trim());
      if (text.trim() === '' || Number.isNaN(number)) throw new SettingSyntaxError('expected a number');
      return number;
    }
    case 'boolean': {
      if (!/^(true|false|1|0|yes|no|on|off)$/i.test(text)) throw new SettingSyntaxError('expected true or false');
      return /^(true|1|yes|on)$/i.test(text);
    }
    case 'list':
      return text.split(',').map((item) => item.trim()).filter((item) => item !== '');
    case 'json':
      try {
        return JSON.parse(text) as unknown;
      } catch {
        // The parser's message quotes the text, which may hold secrets.
        throw new SettingSyntaxError('expected one JSON value');
      }
    case 'text':
      return text;
  }
}

function assign(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let place = root;
  for (const key of path.slice(0, -1)) {
    const next = place[key];
    // What is there but no section stays, so that the schema can complain about it.
    if (next !== undefined && next !== null && !isObject(next)) return;
    place = (place[key] = isObject(next) ? next : {}) as Record<string, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined) place[last] = value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

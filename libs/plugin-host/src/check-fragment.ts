import { describeIssues, overlayEnvironment, secretsIn, upperSnake, type Environment, type ReadFile } from '@zas/config';
import type { z } from 'zod';

/** `ZAS_PLUGIN_…` variables and how to read the files that some of them name. */
export interface PluginVariables {
  readonly variables: Environment;
  readonly readFile: ReadFile;
}

/** A plugin's config fragment after environment and schema. */
export interface CheckedFragment {
  readonly config: unknown;
  /** Secret texts in it, which must appear in no message. */
  readonly secrets: readonly string[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Lays the environment over a fragment and validates it. Problems quote no values. */
export function checkFragment(
  name: string,
  schema: z.ZodType,
  fragment: unknown,
  environment: PluginVariables | undefined,
): CheckedFragment {
  const overlaid = overlayEnvironment(schema, fragment ?? {}, environment?.variables ?? {}, {
    prefix: variablePrefix(name),
    readFile: environment?.readFile ?? (() => ''),
  });
  const secrets = secretsIn(overlaid.value, schema);
  const failed = (problems: readonly string[]): CheckedFragment => ({
    config: undefined,
    secrets,
    problems: [...overlaid.problems, ...problems],
    warnings: overlaid.warnings,
  });
  try {
    const parsed = schema.safeParse(overlaid.value);
    if (!parsed.success) return failed(describeIssues(schema, parsed.error.issues, `config of plugin "${name}"`));
    if (overlaid.problems.length > 0) return failed([]);
    return { config: parsed.data, secrets: [...new Set([...secrets, ...secretsIn(parsed.data, schema)])], problems: [], warnings: overlaid.warnings };
  } catch (error) {
    return failed([`config of plugin "${name}" cannot be checked: ${(error as Error | undefined)?.message ?? String(error)}`]);
  }
}

function variablePrefix(name: string): string {
  return `ZAS_PLUGIN_${upperSnake(name)}_`;
}

/** Gives each variable to the plugin with the longest name that fits; the rest comes back as warnings. */
export function shareOutVariables(
  names: readonly string[],
  environment: PluginVariables | undefined,
): { readonly byPlugin: ReadonlyMap<string, PluginVariables>; readonly warnings: readonly string[] } {
  const shares = new Map<string, Record<string, string | undefined>>(names.map((name) => [name, {}]));
  const warnings: string[] = [];
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  for (const [variable, value] of Object.entries(environment?.variables ?? {})) {
    const owner = longestFirst.find((name) => variable.startsWith(variablePrefix(name)));
    const share = owner === undefined ? undefined : shares.get(owner);
    if (share === undefined) warnings.push(`${variable}: names no loaded plugin`);
    else share[variable] = value;
  }
  const readFile = environment?.readFile ?? (() => '');
  return { byPlugin: new Map([...shares].map(([name, variables]) => [name, { variables, readFile }])), warnings };
}

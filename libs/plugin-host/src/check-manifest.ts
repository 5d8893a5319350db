import { API_VERSION, type PluginDefinition, type Point } from '@zas/plugin-api';
import { describeIssues, isStrict } from '@zas/config';
import semver from 'semver';
import { z } from 'zod';

const pointSchema = z.looseObject({
  key: z.string().regex(/^[a-z0-9.-]+\/v\d+(alpha|beta)?$/, 'expected a key such as "name/v1"'),
  cardinality: z.enum(['one', 'many', 'ordered']),
  kind: z.enum(['point', 'service']),
});

const manifestSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected kebab-case').max(64),
  apiVersion: z.string().refine((range) => semver.validRange(range) !== null, 'expected a semver range'),
  version: z.string().refine((version) => semver.valid(version) !== null, 'expected a semver version'),
  provides: z.array(pointSchema),
  requires: z.array(pointSchema).optional(),
  optional: z.array(pointSchema).optional(),
  config: z.custom<z.ZodType>((value) => typeof (value as z.ZodType | undefined)?.safeParse === 'function', 'expected a zod schema'),
  setup: z.custom((value) => typeof value === 'function', 'expected a function'),
});

/** What is wrong with a manifest, one line a problem. `label` names the plugin. */
export function checkManifest(definition: PluginDefinition, label: string): readonly string[] {
  const parsed = manifestSchema.safeParse(definition);
  if (!parsed.success) return describeIssues(manifestSchema, parsed.error.issues).map((problem) => `${label}, manifest: ${problem}`);
  const problems: string[] = [];
  if (!semver.satisfies(API_VERSION, definition.apiVersion, { includePrerelease: true })) {
    problems.push(`${label} speaks plugin API ${definition.apiVersion}, the host speaks ${API_VERSION}`);
  }
  if (!isStrict(definition.config)) problems.push(`${label}, manifest: config: expected a strict zod object`);
  for (const point of definition.provides) {
    if (point.kind === 'service') problems.push(`${label} provides ${point.key}, which only the host provides`);
  }
  for (const key of repeated([...definition.provides])) problems.push(`${label} provides ${key} twice`);
  for (const key of repeated([...(definition.requires ?? []), ...(definition.optional ?? [])])) {
    problems.push(`${label} requires ${key} twice`);
  }
  return problems;
}

function repeated(points: readonly Point<unknown>[]): ReadonlySet<string> {
  const keys = points.map((point) => point.key);
  return new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
}

import type { z } from 'zod';
import { didYouMean } from './nearest.js';
import { childOf, fieldsOf } from './schema-shape.js';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a value, one line a problem: path, then reason. Unknown keys
 * name the nearest known one. Never quotes the value.
 * @param prefix path of the value itself, for example `plugins.storage-filesystem`
 */
export function describeIssues(schema: z.ZodType, issues: readonly Issue[], prefix = ''): readonly string[] {
  return issues.flatMap((issue) => describeIssue(schema, issue, prefix));
}

function describeIssue(schema: z.ZodType, issue: Issue, prefix: string): readonly string[] {
  const at = (path: readonly PropertyKey[]): string => formatPath(prefix, path);
  if (issue.code === 'unrecognized_keys') {
    const owner = issue.path.reduce<z.ZodType | undefined>(childOf, schema);
    const known = Object.keys((owner && fieldsOf(owner)) ?? {});
    return issue.keys.map((key) => `${at([...issue.path, key])}: unknown key${didYouMean(key, known)}`);
  }
  const branch = issue.code === 'invalid_union' ? likeliest(issue.errors) : undefined;
  if (branch !== undefined) {
    return branch.flatMap((inner) => describeIssue(schema, { ...inner, path: [...issue.path, ...inner.path] }, prefix));
  }
  return [`${at(issue.path)}: ${issue.message}`];
}

/** The union member that came nearest: the one whose problems lie deepest. None when all failed at their root. */
function likeliest(errors: readonly (readonly Issue[])[] | undefined): readonly Issue[] | undefined {
  const depth = (branch: readonly Issue[]): number => Math.max(0, ...branch.map((issue) => issue.path.length));
  const best = [...(errors ?? [])].sort((a, b) => depth(b) - depth(a))[0];
  return best !== undefined && depth(best) > 0 ? best : undefined;
}

/** `plugins[0].config.dir` */
export function formatPath(prefix: string, path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((head, step) => {
    if (typeof step === 'number') return `${head}[${step}]`;
    return head === '' ? String(step) : `${head}.${String(step)}`;
  }, prefix);
  return text === '' ? '(whole)' : text;
}

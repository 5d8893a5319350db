import { s3Error } from '../errors/s3-error.js';
import type { LengthRange, PostCondition, PostPolicy } from './parse-post-policy.js';
import type { PostFields } from './post-fields.js';

/** Fields that a policy need not mention: itself, what signs it, the file. */
const EXEMPT = new Set(['policy', 'x-amz-signature', 'awsaccesskeyid', 'signature', 'file']);
const IGNORED_PREFIX = 'x-ignore-';

/**
 * Holds a form against its policy (POST Policy, "Conditions"): every condition must
 * hold, and every field and the bucket must have one, but for what signs and what
 * begins with `x-ignore-`. Names of fields may be in any case. The length of the
 * file is for who reads it; see {@link contentLengthRange}.
 * @param fields with `${filename}` replaced
 * @param about.bucket which the request is for, whatever the form says
 * @param about.now milliseconds since the epoch
 * @throws S3Error `AccessDenied`, in AWS's words
 */
export function checkPostPolicy(
  policy: PostPolicy,
  fields: PostFields,
  about: { readonly bucket: string; readonly now: number },
): void {
  if (policy.expiresAt <= about.now) throw denied('Policy expired.');
  const covered = new Set<string>();
  for (const condition of policy.conditions) {
    if (!holds(condition, fields, about.bucket)) throw denied(`Policy Condition failed: ${condition.text}`);
    if (condition.kind !== 'content-length-range') covered.add(fieldOf(condition.variable));
  }
  const extra = fields.entries
    .map(([name]) => name)
    .filter((name) => name !== 'bucket' && !EXEMPT.has(name) && !name.startsWith(IGNORED_PREFIX));
  const missing = [...extra, 'bucket'].filter((name) => !covered.has(name));
  if (missing.length > 0) throw denied(`Extra input fields: ${missing.join(', ')}`);
}

function denied(problem: string): Error {
  return s3Error('AccessDenied', { message: `Invalid according to Policy: ${problem}` });
}

function fieldOf(variable: string): string {
  return variable.slice(1).toLowerCase();
}

function holds(condition: PostCondition, fields: PostFields, bucket: string): boolean {
  if (condition.kind === 'content-length-range') return condition.range !== undefined;
  if (!condition.variable.startsWith('$')) return false;
  const field = fieldOf(condition.variable);
  const value = field === 'bucket' ? bucket : fields.get(field);
  if (value === undefined) return false;
  if (condition.kind === 'eq') return value === condition.value;
  // A type with commas is a list, each of which must begin so.
  const values = field === 'content-type' ? value.split(',') : [value];
  return values.every((item) => (values.length > 1 ? item.trim() : item).startsWith(condition.value));
}

/** How many bytes the policy allows a file to have; `undefined`: it does not say. */
export function contentLengthRange(policy: PostPolicy): LengthRange | undefined {
  let allowed: LengthRange | undefined;
  for (const condition of policy.conditions) {
    if (condition.kind !== 'content-length-range' || condition.range === undefined) continue;
    const { min, max } = condition.range;
    allowed = { min: Math.max(min, allowed?.min ?? 0), max: Math.min(max, allowed?.max ?? Number.MAX_SAFE_INTEGER) };
  }
  return allowed;
}

import { parseIsoDate } from '../headers/iso-date.js';
import { invalidPolicy, parsePolicyJson } from './policy-json.js';

/** Largest policy, in bytes; it comes in a form of 20 KiB. */
export const MAX_POST_POLICY_BYTES = 20 * 1024;

export type PostCondition =
  | {
      readonly kind: 'eq' | 'starts-with';
      /** As written, with its `$`; one without never holds. */
      readonly variable: string;
      readonly value: string;
      /** For the message when it fails. */
      readonly text: string;
    }
  | {
      readonly kind: 'content-length-range';
      /** Absent: what was written there is no number, and the condition never holds. */
      readonly range?: LengthRange;
      readonly text: string;
    };

/** In bytes, both ends allowed. */
export interface LengthRange {
  readonly min: number;
  readonly max: number;
}

export interface PostPolicy {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** In the order written. */
  readonly conditions: readonly PostCondition[];
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Reads the field `policy` of a POST form (POST Policy). To be called once its
 * signature holds.
 * @param base64 of a JSON document
 * @throws S3Error `InvalidPolicyDocument`, in AWS's words
 */
export function parsePostPolicy(base64: string): PostPolicy {
  const document = parsePolicyJson(decode(base64));
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw invalidPolicy('Invalid JSON.');
  const policy = new Map<string, unknown>(Object.entries(document));
  if (!policy.has('expiration')) throw invalidPolicy('Policy missing expiration.');
  if (!policy.has('conditions')) throw invalidPolicy('Policy missing conditions.');
  for (const name of policy.keys()) {
    if (name !== 'expiration' && name !== 'conditions') throw invalidPolicy(`Unexpected: '${name}'`);
  }
  const conditions = policy.get('conditions');
  if (!Array.isArray(conditions)) throw invalidPolicy("Invalid 'conditions' value: must be a List.");
  return { expiresAt: readExpiration(policy.get('expiration')), conditions: conditions.map(readCondition) };
}

function decode(field: string): string {
  const base64 = field.replace(/\s/g, '');
  if (base64 === '') throw invalidPolicy("Expecting '{' but found End-of-Input");
  if (!BASE64.test(base64)) throw invalidPolicy('invalid Base64 encoding.');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > MAX_POST_POLICY_BYTES) throw invalidPolicy('Policy is too large.');
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    throw invalidPolicy('Invalid JSON.', cause);
  }
}

function readExpiration(value: unknown): number {
  if (typeof value !== 'string') throw invalidPolicy('Invalid JSON.');
  const time = parseIsoDate(value);
  if (time === undefined) throw invalidPolicy(`Invalid 'expiration' value: '${value}'`);
  return time;
}

function readCondition(condition: unknown): PostCondition {
  if (Array.isArray(condition)) return readListCondition(condition);
  if (typeof condition !== 'object' || condition === null) {
    throw invalidPolicy('Invalid condition test: must be a List or Object.');
  }
  const [entry, ...more] = Object.entries(condition as Record<string, unknown>);
  if (entry === undefined || more.length > 0) {
    throw invalidPolicy('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
  }
  const [name, value] = entry;
  if (typeof value !== 'string') throw invalidPolicy('Invalid Simple-Condition: value must be a string.');
  return { kind: 'eq', variable: `$${name}`, value, text: conditionText(['eq', `$${name}`, value]) };
}

function readListCondition(condition: readonly unknown[]): PostCondition {
  const [operator, first, second] = condition;
  if (operator === undefined) throw invalidPolicy('Invalid Condition: missing operation identifier.');
  if (typeof operator !== 'string') throw invalidPolicy('Invalid JSON.');
  // AWS does not say whether case matters; the names of fields may be in any.
  const kind = operator.toLowerCase();
  if (kind !== 'eq' && kind !== 'starts-with' && kind !== 'content-length-range') {
    throw invalidPolicy(`Invalid Condition: unknown operation '${operator}'.`);
  }
  if (condition.length !== 3) throw invalidPolicy(`Invalid ${kind}: wrong number of arguments.`);
  const text = conditionText(condition);
  if (kind === 'content-length-range') return { kind, range: readRange(first, second), text };
  if (typeof first !== 'string' || typeof second !== 'string') throw invalidPolicy('Invalid JSON.');
  return { kind, variable: first, value: second, text };
}

/** Numbers, or texts that are numbers. */
function readRange(first: unknown, second: unknown): LengthRange | undefined {
  const [min, max] = [first, second].map((bound) => {
    if (typeof bound !== 'number' && typeof bound !== 'string') throw invalidPolicy('Invalid JSON.');
    return /^-?\d{1,16}$/.test(String(bound)) ? Number(bound) : Number.NaN;
  }) as [number, number];
  if (Number.isNaN(min) || Number.isNaN(max)) return undefined;
  if (min < 0 || max < min) throw invalidPolicy('Invalid content-length-range: must be two sizes in ascending order.');
  return { min, max };
}

function conditionText(parts: readonly unknown[]): string {
  return `[${parts.map((part) => JSON.stringify(String(part))).join(', ')}]`;
}

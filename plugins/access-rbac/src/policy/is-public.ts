import type { Condition } from './conditions/condition.js';
import { networkOf } from './conditions/ip-networks.js';
import { namesAnybody } from './match-principal.js';
import type { Policy } from './policy.js';

/** Each of these pins a grant down when its value is fixed: see S3's "The meaning of public". */
const PINNING_KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalservicename',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
]);
const EQUALITIES: ReadonlySet<string> = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'ArnEquals', 'ArnLike']);
/** Here a wildcard may stand for the name of the access point, as its account is fixed. */
const ACCESS_POINTS = /^arn:aws:s3:[^:*?$]+:\d{12}:accesspoint\/[^:$]+$/;
const WIDEST = { 4: 8, 6: 32 } as const;

/** It allows something to everybody, or to whomever a request can claim to be. */
export function isPublic(policy: Policy): boolean {
  return policy.statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' && principals !== undefined && namesAnybody(principals) && !conditions.some(pinsDown),
  );
}

/** An operator that an absent key satisfies pins nothing down. */
function pinsDown({ name, negated, key, texts }: Condition): boolean {
  if (negated || name.ifExists || name.set === 'ForAllValues') return false;
  if (key.lower === 'aws:sourceip') return name.base === 'IpAddress' && texts.every(isNarrow);
  if (!PINNING_KEYS.has(key.lower) || !EQUALITIES.has(name.base)) return false;
  return texts.every((text) => (key.lower === 's3:dataaccesspointarn' && ACCESS_POINTS.test(text)) || !/[*?]|\$\{/.test(text));
}

function isNarrow(text: string): boolean {
  const network = networkOf(text);
  return network !== undefined && network.length >= WIDEST[network.family];
}

/**
 * Which items of test_s3.py count: those that carry none of these marks, less the
 * forms signed with Signature V2 and those that need IAM or Ceph's tenant names.
 */
export const LEFT_OUT_MARKS = [
  'fails_on_aws',
  'bucket_logging',
  'bucket_logging_cleanup',
  'cloud_transition',
  'cloud_restore',
  'encryption',
  'sse_s3',
  'bucket_encryption',
  'lifecycle',
  'lifecycle_expiration',
  'lifecycle_transition',
];

/** For pytest's `-m`. */
export const MARK_EXPRESSION = LEFT_OUT_MARKS.map((mark) => `not ${mark}`).join(' and ');

/** Names of the functions that are left out for what they do. @param source text of test_s3.py */
export function leftOutFunctions(source: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, name, parameters, body] of source.matchAll(/^def (test_\w+)\(([^)]*)\):\n((?:[ \t].*\n|\n)*)/gm)) {
    const signsV2 = body!.includes('hashlib.sha1');
    const needsIam = parameters!.includes('iam_root');
    const namesTenant = body!.includes('get_tenant_name') || /Bucket="(\{\})?:\{\}"/.test(body!);
    if (signsV2 || needsIam || namesTenant) found.add(name!);
  }
  return found;
}

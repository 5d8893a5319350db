/** The callers that ceph/s3-tests wants, each the root of an account of its own. */
const USERS = [
  { section: 's3 main', id: 'main', displayName: 'M. Tester', email: 'main@example.com' },
  { section: 's3 alt', id: 'alt', displayName: 'A. Tester', email: 'alt@example.com' },
  { section: 's3 tenant', id: 'tenant', displayName: 'T. Tester', email: 'tenant@example.com' },
  { section: 'iam', id: 'iam', displayName: 'I. Tester', email: 'iam@example.com' },
  { section: 'iam root', id: 'iam-root', displayName: 'IR Tester', email: 'iam-root@example.com' },
  { section: 'iam alt root', id: 'iam-alt-root', displayName: 'IA Tester', email: 'iam-alt-root@example.com' },
] as const;

const identities = USERS.map(({ id, displayName, email }, i) => ({
  id,
  displayName,
  email,
  accessKeyId: `S3TESTSKEY${i}`,
  secretAccessKey: `s3-tests-secret-${i}`,
  // The suite takes one id for both, account and canonical.
  account: `${i + 1}`.repeat(12),
  canonicalId: `${i + 1}`.repeat(12),
}));

/** Configuration of the tested server: AWS's older defaults, which the suite was written for. */
export const SERVER_CONFIG = {
  log: { level: 'error' },
  s3: { defaultObjectOwnership: 'ObjectWriter', defaultPublicAccessBlock: false },
  identities,
};

/** The suite's own configuration file, for a server at that address. */
export function suiteConfig(url: string): string {
  const { hostname, port } = new URL(url);
  const sections = USERS.map(({ section, displayName, email }, i) =>
    [
      `[${section}]`,
      `display_name = ${displayName}`,
      `user_id = ${identities[i]!.canonicalId}`,
      `email = ${email}`,
      'api_name = default',
      `access_key = ${identities[i]!.accessKeyId}`,
      `secret_key = ${identities[i]!.secretAccessKey}`,
      ...(section === 's3 tenant' ? ['tenant ='] : []),
    ].join('\n'),
  );
  const head = ['[DEFAULT]', `host = ${hostname}`, `port = ${port}`, 'is_secure = False', 'ssl_verify = False', ''];
  const fixtures = ['[fixtures]', 'bucket prefix = zas-{random}-', 'iam name prefix = zas-', 'iam path prefix = /zas/', ''];
  return [...head, ...fixtures, ...sections, ''].join('\n');
}

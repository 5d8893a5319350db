import type { BucketSettings, OciAction } from '@zas/plugin-api';
import type { OciConfig } from '@zas/config';

/** What the words of the configuration, which are those of token scopes, allow. */
export const ACTIONS_OF_SCOPE: Readonly<Record<'pull' | 'push' | 'delete', readonly OciAction[]>> = {
  pull: ['oci:DescribeRepository', 'oci:ListTags', 'oci:ListReferrers', 'oci:GetManifest', 'oci:GetBlob'],
  push: ['oci:CreateRepository', 'oci:PutBlob', 'oci:PutManifest', 'oci:CreateTag', 'oci:OverwriteTag'],
  delete: ['oci:DeleteBlob', 'oci:DeleteManifest', 'oci:DeleteTag'],
};

/**
 * What everybody may do, as a policy that hangs on every repository, so that the one
 * decision function decides about it; `undefined`: nothing. One frozen object for
 * all, which the authorizer compiles once.
 */
export function anonymousSettings(anonymous: OciConfig['anonymous']): BucketSettings | undefined {
  if (anonymous.length === 0) return undefined;
  const statements = anonymous.map(({ repositories, actions }) => ({
    Effect: 'Allow',
    Principal: '*',
    Action: actions.flatMap((action) => ACTIONS_OF_SCOPE[action]),
    Resource: `arn:zas:oci:::${repositories}`,
  }));
  return Object.freeze({ policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) });
}

import type { Authorizer, BucketSettings } from '@zas/plugin-api';
import type { ViewAccess } from '@zas/artifact-views';

/**
 * The permissions of what lies behind views, by the one authorizer. Conditions about
 * the request meet absent keys: what needs one is not allowed through a view.
 * @param anonymous what hangs on every repository
 */
export function viewAccess(authorizer: Authorizer | undefined, anonymous: BucketSettings | undefined): ViewAccess {
  return {
    mayInRepository: async (context, { name, owner }, action, tag) => {
      const resource = { type: 'repository', repository: name, ownerAccount: owner, settings: anonymous } as const;
      const decision = await authorizer?.decide(context, { principal: context.principal, action, resource, attributes: (key) => (key === 'oci:tag' ? tag : undefined) });
      return decision?.allow === true;
    },
    mayInBucket: async (context, { name, owner, settings }, action, object) => {
      const bucket = { bucket: name, ownerAccount: owner, settings };
      const resource = object ? ({ type: 'object', ...bucket, key: object.key, object: object.facts } as const) : ({ type: 'bucket', ...bucket } as const);
      const decision = await authorizer?.decide(context, { principal: context.principal, action, resource, attributes: () => undefined });
      return decision?.allow === true;
    },
  };
}

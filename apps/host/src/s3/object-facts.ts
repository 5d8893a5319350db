import type { ObjectFacts, ObjectVersion } from '@zas/plugin-api';

/** What of a version permissions may depend on. */
export function factsOf({ owner, acl, tags }: ObjectVersion): ObjectFacts {
  return { owner, acl, tags };
}

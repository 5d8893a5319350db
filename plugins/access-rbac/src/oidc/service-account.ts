const SUBJECT = /^system:serviceaccount:([a-z0-9-]{1,63}):[a-z0-9.-]{1,253}$/;

/** Groups that Kubernetes gives a service account; `undefined` for the subject of anything else. */
export function serviceAccountGroups(subject: string): readonly string[] | undefined {
  const namespace = SUBJECT.exec(subject)?.[1];
  return namespace === undefined ? undefined : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

/** The name of something that a request may say, as a policy wrote it. */
export interface ConditionKey {
  readonly written: string;
  /** Names of keys know no case. */
  readonly lower: string;
  /** What stands behind the slash, as written: the key of a tag. */
  readonly tag: string;
}

export function conditionKey(written: string): ConditionKey {
  const slash = written.indexOf('/');
  return { written, lower: written.toLowerCase(), tag: slash === -1 ? '' : written.slice(slash + 1) };
}

/** Its value hangs on the object, not on the request. */
export function readsObject({ lower }: ConditionKey): boolean {
  return lower.startsWith('s3:existingobjecttag/');
}

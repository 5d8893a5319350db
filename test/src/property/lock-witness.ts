import type { Model } from './model.js';

/**
 * Looks at locks without knowing how they are judged: a version once seen under a
 * compliance lock must be there with a lock that is no weaker, until the latest time
 * that the clock ever showed has passed the lock's.
 */
export class LockWitness {
  private readonly seen = new Map<string, { readonly bucket: string; readonly key: string; readonly versionId: string; readonly until: number }>();

  /**
   * @param latest time that the clock ever showed
   * @returns what is wrong, one line each
   */
  look(model: Model, latest: number): readonly string[] {
    const problems: string[] = [];
    for (const [name, { bucket, key, versionId, until }] of this.seen) {
      if (until <= latest) {
        this.seen.delete(name);
        continue;
      }
      const retention = model.buckets.get(bucket)?.find(key, versionId)?.retention;
      const kept = retention?.mode === 'COMPLIANCE' && retention.until >= until;
      if (!kept) problems.push(`${name} was locked until ${until} and is ${JSON.stringify(retention ?? 'not')}`);
    }
    for (const [bucket, state] of model.buckets) {
      for (const { key, versionId, retention } of state.everything()) {
        if (retention?.mode !== 'COMPLIANCE') continue;
        this.seen.set(`${bucket}/${key} ${versionId}`, { bucket, key, versionId, until: retention.until });
      }
    }
    return problems;
  }
}

import type { CallContext, Digest, MetadataStore, RecordPulls, RepositoryId } from '@zas/plugin-api';

type Pull = RecordPulls['pulls'][number];

/** Written in one intent at most. */
const STEP = 1000;
/** Remembered at most; beyond that, pulls of what is not remembered yet are forgotten. */
const MOST = 100_000;

/**
 * Remembers when manifests were pulled last and writes it down now and then, so
 * that a pull writes nothing. What is not written yet is lost with the process; what
 * could not be written is kept for the next time, as retention goes by it.
 */
export class PullRecorder {
  private readonly pulls = new Map<string, Pull>();

  constructor(private readonly metadata: MetadataStore) {}

  pulled(repositoryId: RepositoryId, digest: Digest, tag: string | undefined, at: number): void {
    const key = `${repositoryId} ${tag ?? digest}`;
    if (this.pulls.size >= MOST && !this.pulls.has(key)) return;
    this.pulls.set(key, { repositoryId, digest, tag, at });
  }

  async flush(context: CallContext): Promise<void> {
    const waiting = [...this.pulls];
    for (let at = 0; at < waiting.length; at += STEP) {
      const step = waiting.slice(at, at + STEP);
      await this.metadata.apply(context, { kind: 'record-pulls', pulls: step.map(([, pull]) => pull) });
      // One that was pulled again meanwhile waits on.
      for (const [key, pull] of step) if (this.pulls.get(key) === pull) this.pulls.delete(key);
    }
  }
}

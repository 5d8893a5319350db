/** Something that may be collected when nothing uses it. */
interface Held {
  /** The latest moment from which it may count as unused, if nothing uses it. */
  since: number;
}

export interface HeldManifest extends Held {
  readonly text: string;
  readonly blobs: readonly string[];
  readonly manifests: readonly string[];
  readonly subject: string | undefined;
  /** Its subject was there and went. */
  subjectLost: boolean;
}

/** An upload that the server acknowledged. */
export interface HeldUpload {
  /** All that is going to be sent. */
  readonly name: string;
  readonly size: number;
  /** Bytes that were acknowledged. */
  durable: number;
  /** End of what was sent without an answer. */
  sent: number;
}

/** What a repository holds that one client at a time changes. */
export class RepositoryState {
  readonly blobs = new Map<string, Held>();
  readonly manifests = new Map<string, HeldManifest>();
  readonly tags = new Map<string, string>();
  /** By their location. */
  readonly uploads = new Map<string, HeldUpload>();
  /** What must not be found any more. */
  readonly gone = new Set<string>();

  /** @param delayMs after which what is unused may go */
  constructor(private readonly delayMs: number) {}

  clone(): RepositoryState {
    const copy = new RepositoryState(this.delayMs);
    for (const map of ['blobs', 'manifests', 'uploads'] as const) {
      for (const [key, value] of this[map]) (copy[map] as Map<string, object>).set(key, { ...value });
    }
    for (const [tag, digest] of this.tags) copy.tags.set(tag, digest);
    for (const digest of this.gone) copy.gone.add(digest);
    return copy;
  }

  putBlob(digest: string, at: number): void {
    this.blobs.set(digest, { since: Math.max(this.blobs.get(digest)?.since ?? 0, at) });
    this.gone.delete(digest);
  }

  putManifest(digest: string, manifest: Omit<HeldManifest, 'since' | 'subjectLost'>, tags: readonly string[], at: number): void {
    const before = this.manifests.get(digest);
    this.manifests.set(digest, { ...manifest, subjectLost: before?.subjectLost ?? false, since: Math.max(before?.since ?? 0, at) });
    for (const other of this.manifests.values()) if (other.subject === digest) other.subjectLost = false;
    for (const tag of tags) this.setTag(tag, digest, at);
    this.gone.delete(digest);
  }

  setTag(tag: string, digest: string, at: number): void {
    const before = this.tags.get(tag);
    this.tags.set(tag, digest);
    if (before !== undefined && before !== digest) this.release([before], at);
  }

  deleteTag(tag: string, at: number): void {
    const digest = this.tags.get(tag);
    this.tags.delete(tag);
    if (digest !== undefined) this.release([digest], at);
  }

  deleteBlob(digest: string): void {
    this.blobs.delete(digest);
    this.gone.add(digest);
  }

  deleteManifest(digest: string, at: number): void {
    const manifest = this.manifests.get(digest);
    if (!manifest) return;
    this.manifests.delete(digest);
    this.gone.add(digest);
    for (const [tag, named] of this.tags) if (named === digest) this.tags.delete(tag);
    this.release([...manifest.blobs, ...manifest.manifests], at);
    for (const [referrer, other] of this.manifests) {
      if (other.subject !== digest) continue;
      other.subjectLost = true;
      this.release([referrer], at);
    }
  }

  /** Whoever has just let go of them was one of their users. */
  private release(digests: readonly string[], at: number): void {
    for (const digest of digests) {
      const held = this.blobs.get(digest) ?? this.manifests.get(digest);
      if (held) held.since = at;
    }
  }

  /** Manifests that reference it. */
  usersOf(digest: string): readonly string[] {
    return [...this.manifests].flatMap(([user, { blobs, manifests }]) => (blobs.includes(digest) || manifests.includes(digest) ? [user] : []));
  }

  /** The earliest moment at which a collection can have taken it, and all that uses it before. */
  earliestLoss(digest: string): number {
    const manifest = this.manifests.get(digest);
    const since = (manifest ?? this.blobs.get(digest))?.since ?? 0;
    if (manifest && [...this.tags.values()].includes(digest)) return Infinity;
    let last = since;
    if (manifest?.subject !== undefined && !manifest.subjectLost) {
      if (!this.manifests.has(manifest.subject)) return Infinity;
      last = Math.max(last, this.earliestLoss(manifest.subject));
    }
    for (const user of this.usersOf(digest)) last = Math.max(last, this.earliestLoss(user));
    return last + this.delayMs;
  }

  /** Nobody knows which of two states it is. */
  countFromEarlier(other: RepositoryState): void {
    for (const kind of ['blobs', 'manifests'] as const) {
      for (const [digest, held] of this[kind]) held.since = Math.min(held.since, other[kind].get(digest)?.since ?? Infinity);
    }
  }

  /** From here on whatever is unused may be gone. */
  forgetDelays(): void {
    for (const held of [...this.blobs.values(), ...this.manifests.values()]) held.since = 0;
  }
}

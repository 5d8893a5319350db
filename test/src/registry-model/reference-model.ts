import type { ArtifactIntent, DeleteManifest, DeleteTag, LinkBlob, MountBlob, PutManifest, UnlinkBlob } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';
import type { RepositoryRules } from '@zas/artifact-registry';
import type { Applied } from './turnstile.js';

export interface ModelBlob {
  readonly size: number;
  unusedSince: number | undefined;
}

export interface ModelManifest {
  readonly size: number;
  readonly subject: string | undefined;
  readonly references: readonly { readonly kind: 'blob' | 'manifest'; readonly digest: string }[];
  /** Its subject was there and was deleted. */
  subjectLost: boolean;
  unusedSince: number | undefined;
}

/** What a repository must hold. */
export class ModelRepository {
  readonly blobs = new Map<string, ModelBlob>();
  readonly manifests = new Map<string, ModelManifest>();
  readonly tags = new Map<string, { readonly digest: string; readonly movedAt: number }>();

  constructor(
    readonly id: number,
    readonly name: string,
    readonly rules: RepositoryRules,
  ) {}

  isReferenced(kind: 'blob' | 'manifest', digest: string): boolean {
    for (const { references } of this.manifests.values()) if (references.some((one) => one.kind === kind && one.digest === digest)) return true;
    return false;
  }

  isTagged(digest: string): boolean {
    for (const tag of this.tags.values()) if (tag.digest === digest) return true;
    return false;
  }

  /** What nothing uses any more counts from now; what is used again does not count. */
  judge(at: number): void {
    for (const [digest, blob] of this.blobs) blob.unusedSince = this.isReferenced('blob', digest) ? undefined : (blob.unusedSince ?? at);
    for (const [digest, manifest] of this.manifests) {
      const awaits = manifest.subject !== undefined && !manifest.subjectLost;
      const used = awaits || this.isTagged(digest) || this.isReferenced('manifest', digest);
      manifest.unusedSince = used ? undefined : (manifest.unusedSince ?? at);
    }
  }
}

/** A commit is late beyond this part of the delay. */
const LATE_PART = 8;

export const COLLECTION = 'collection';
export const RETENTION = 'retention';

/**
 * The registry in plain maps. It sees each intent after its commit, says what should
 * have come of it, and whether who asked for it had the right to do so.
 */
export class ReferenceModel {
  readonly repositories = new Map<number, ModelRepository>();
  readonly uploads = new Map<string, { readonly repositoryId: number; touchedAt: number }>();
  /** Commits so far. */
  commits = 0;
  collected = 0;
  private readonly deletions = new Map<string, number>();
  /** By repository, the last commit that came long after its request had begun: it counts disuse from then. */
  private readonly lateCommits = new Map<number, number>();

  constructor(
    private readonly delayMs: number,
    private readonly now: () => number,
  ) {}

  /** What happened to it since that commit was somebody's wish, or of a slowness that no request of a server is allowed. */
  isInDoubtSince(repositoryId: number, digest: string, commit: number): boolean {
    return Math.max(this.deletions.get(`${repositoryId} ${digest}`) ?? -1, this.lateCommits.get(repositoryId) ?? -1) >= commit;
  }

  /** @returns what is wrong */
  observe({ who, intent, outcome, error }: Applied): readonly string[] {
    if (!('repositoryId' in intent)) return [];
    const repository = this.repositories.get(intent.repositoryId);
    if (!repository) return [];
    this.commits++;
    if ('at' in intent && intent.at < this.now() - this.delayMs / LATE_PART) this.lateCommits.set(repository.id, this.commits);
    const { expected, result, wrongs } = this.apply(repository, who, intent);
    const found = error === undefined ? 'done' : isStoreError(error) ? `${error.code} ${error.details.reason ?? ''}` : String(error);
    const what = `${who}: ${intent.kind} ${'digest' in intent ? intent.digest : ''} in ${repository.name}`;
    if (found !== expected) return [`${what}: ${found} instead of ${expected}`];
    if (error !== undefined) return [];
    const differs = result !== undefined && JSON.stringify(outcome) !== JSON.stringify(result);
    return [...wrongs.map((wrong) => `${what}: ${wrong}`), ...(differs ? [`${what}: answers ${JSON.stringify(outcome)} instead of ${JSON.stringify(result)}`] : [])];
  }

  private apply(repository: ModelRepository, who: string, intent: ArtifactIntent): { expected: string; result?: unknown; wrongs: readonly string[] } {
    const done = (result?: unknown, wrongs: readonly string[] = []) => ({ expected: 'done', result, wrongs });
    const refused = (expected: string) => ({ expected, wrongs: [] });
    switch (intent.kind) {
      case 'start-blob-upload':
        this.uploads.set(intent.uploadId, { repositoryId: repository.id, touchedAt: intent.at });
        return done();
      case 'touch-blob-upload': {
        const upload = this.uploads.get(intent.uploadId);
        if (!upload) return refused('not-found upload');
        upload.touchedAt = Math.max(upload.touchedAt, intent.at);
        return done();
      }
      case 'cancel-blob-upload':
        return this.uploads.delete(intent.uploadId) ? done() : refused('not-found upload');
      case 'touch-blob':
        touch(repository.blobs.get(intent.digest), intent.at);
        return done();
      case 'touch-manifest':
        touch(repository.manifests.get(intent.digest), intent.at);
        return done();
      case 'link-blob': {
        const problem = this.linkProblem(intent);
        return problem ? refused(problem) : done({ linked: this.link(repository, intent) });
      }
      case 'mount-blob': {
        const source = this.repositories.get(intent.from)?.blobs.get(intent.digest);
        if (!source) return refused('not-found blob');
        this.addLink(repository, intent, source.size);
        return done({ size: source.size });
      }
      case 'unlink-blob': {
        const problem = unlinkProblem(repository, intent);
        if (problem) return refused(problem);
        const wrongs = this.wrongsOfUnlink(repository, who, intent);
        repository.blobs.delete(intent.digest);
        this.noteDeletion(repository, who, intent.digest);
        return done({}, wrongs);
      }
      case 'put-manifest': {
        const problem = putProblem(repository, intent);
        return problem ? refused(problem) : done({ created: putManifest(repository, intent) });
      }
      case 'delete-tag': {
        const problem = tagProblem(repository, intent);
        if (problem) return refused(problem);
        const wrongs = this.wrongsOfTag(repository, who, intent);
        repository.tags.delete(intent.tag);
        repository.judge(intent.at);
        return done({}, wrongs);
      }
      case 'delete-manifest': {
        const tags = [...repository.tags].flatMap(([name, { digest }]) => (digest === intent.digest ? [name] : [])).sort();
        const problem = deletionProblem(repository, intent, tags);
        if (problem) return refused(problem);
        const wrongs = this.wrongsOfDeletion(repository, who, intent, tags);
        deleteManifest(repository, intent, tags);
        this.noteDeletion(repository, who, intent.digest);
        return done({ tags }, wrongs);
      }
      default:
        return refused('an intent that nobody should send');
    }
  }

  private linkProblem({ uploadId }: LinkBlob): string | undefined {
    return uploadId !== undefined && !this.uploads.has(uploadId) ? 'not-found upload' : undefined;
  }

  private link(repository: ModelRepository, intent: LinkBlob): boolean {
    if (intent.uploadId !== undefined) this.uploads.delete(intent.uploadId);
    return this.addLink(repository, intent, intent.size);
  }

  /** One that is there is in somebody's hands again, so its disuse counts anew. */
  private addLink(repository: ModelRepository, { digest, at }: LinkBlob | MountBlob, size: number): boolean {
    const present = repository.blobs.get(digest);
    if (present) touch(present, at);
    else repository.blobs.set(digest, { size, unusedSince: repository.isReferenced('blob', digest) ? undefined : at });
    return present === undefined;
  }

  private wrongsOfUnlink(repository: ModelRepository, who: string, { digest }: UnlinkBlob): readonly string[] {
    const referenced = repository.isReferenced('blob', digest);
    const { unusedSince } = repository.blobs.get(digest)!;
    if (who !== COLLECTION) return referenced && !repository.rules.deleteReferencedBlobs ? ['a referenced blob went'] : [];
    if (referenced) return ['a referenced blob was collected'];
    return this.isDue(unusedSince) ? [] : ['a blob was collected before its time'];
  }

  private wrongsOfDeletion(repository: ModelRepository, who: string, { digest }: DeleteManifest, tags: readonly string[]): readonly string[] {
    const { rules } = repository;
    const { subject, subjectLost, unusedSince } = repository.manifests.get(digest)!;
    const held = repository.isReferenced('manifest', digest);
    if (who !== COLLECTION) {
      return [...(held && !rules.deleteHeldManifests ? ['a manifest that an index holds went'] : []), ...(tags.some((tag) => rules.isImmutable(tag)) ? ['an immutable tag went'] : [])];
    }
    if (held) return ['a manifest that an index holds was collected'];
    if (tags.length > 0) return ['a tagged manifest was collected'];
    if (subject !== undefined && !subjectLost) return ['a referrer was collected whose subject was not deleted'];
    if (subject === undefined && !rules.collectUntagged) return ['an untagged manifest was collected against the rules'];
    return this.isDue(unusedSince) ? [] : ['a manifest was collected before its time'];
  }

  private wrongsOfTag({ rules, tags }: ModelRepository, who: string, { tag }: DeleteTag): readonly string[] {
    if (rules.isImmutable(tag)) return ['an immutable tag went'];
    if (who !== RETENTION) return [];
    if (!rules.retention) return ['a tag expired where none does'];
    return this.now() - tags.get(tag)!.movedAt > rules.retention.delayMs ? [] : ['a tag expired before its time'];
  }

  private isDue(unusedSince: number | undefined): boolean {
    return unusedSince !== undefined && unusedSince < this.now() - this.delayMs;
  }

  private noteDeletion({ id }: ModelRepository, who: string, digest: string): void {
    if (who === COLLECTION) this.collected++;
    else this.deletions.set(`${id} ${digest}`, this.commits);
  }
}

function touch(one: ModelBlob | ModelManifest | undefined, at: number): void {
  if (one?.unusedSince !== undefined) one.unusedSince = Math.max(one.unusedSince, at);
}

function unlinkProblem(repository: ModelRepository, { digest, referenced, unusedBefore }: UnlinkBlob): string | undefined {
  const blob = repository.blobs.get(digest);
  if (!blob) return 'not-found blob';
  const used = repository.isReferenced('blob', digest);
  const early = unusedBefore !== undefined && !(blob.unusedSince! < unusedBefore);
  return (used && !referenced) || early ? 'conflict blob-referenced' : undefined;
}

function putProblem(repository: ModelRepository, { digest, references, tags }: PutManifest): string | undefined {
  const there = ({ kind, digest: wanted }: PutManifest['references'][number]) => (kind === 'blob' ? repository.blobs : repository.manifests).has(wanted);
  if (references.some((one) => one.required && !there(one))) return 'not-found manifest-reference';
  const held = (name: string) => (repository.tags.get(name)?.digest ?? digest) !== digest;
  return tags.some(({ name }) => repository.rules.isImmutable(name) && held(name)) ? 'conflict tag-immutable' : undefined;
}

function putManifest(repository: ModelRepository, { digest, size, subject, references, tags, at }: PutManifest): boolean {
  const present = repository.manifests.get(digest);
  if (present) {
    touch(present, at);
  } else {
    repository.manifests.set(digest, { size, subject, references, subjectLost: false, unusedSince: undefined });
    for (const other of repository.manifests.values()) if (other.subject === digest) other.subjectLost = false;
  }
  for (const { name } of tags) if (repository.tags.get(name)?.digest !== digest) repository.tags.set(name, { digest, movedAt: at });
  repository.judge(at);
  return present === undefined;
}

function tagProblem({ tags }: ModelRepository, { tag, digest, movedAt }: DeleteTag): string | undefined {
  const present = tags.get(tag);
  if (!present) return 'not-found tag';
  return (digest ?? present.digest) !== present.digest || (movedAt ?? present.movedAt) !== present.movedAt ? 'conflict tag-moved' : undefined;
}

function deletionProblem(repository: ModelRepository, { digest, tags, referenced, unusedBefore }: DeleteManifest, present: readonly string[]): string | undefined {
  const manifest = repository.manifests.get(digest);
  if (!manifest) return 'not-found manifest';
  if (present.some((tag) => !tags.includes(tag))) return 'conflict tags-changed';
  if (!referenced && repository.isReferenced('manifest', digest)) return 'conflict manifest-referenced';
  return unusedBefore !== undefined && !((manifest.unusedSince ?? Infinity) < unusedBefore) ? 'conflict manifest-used' : undefined;
}

function deleteManifest(repository: ModelRepository, { digest, at }: DeleteManifest, tags: readonly string[]): void {
  for (const tag of tags) repository.tags.delete(tag);
  repository.manifests.delete(digest);
  for (const other of repository.manifests.values()) if (other.subject === digest) other.subjectLost = true;
  repository.judge(at);
}

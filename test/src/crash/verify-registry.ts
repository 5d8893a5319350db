import { digestOf } from '../harness/oci-artifacts.js';
import type { OciClient } from '../harness/oci-client.js';
import type { Random } from '../property/random.js';
import { inTurns, judge, type Findings } from './findings.js';
import { SHARED, SHARED_TAGS, type OwnRepository, type RegistryModel } from './registry-model.js';
import type { HeldUpload, RepositoryState } from './repository-state.js';

/** What a repository was seen to hold, of all that was asked for. */
interface Seen {
  /** When the last of it was read. */
  readonly readAt: number;
  readonly blobs: ReadonlySet<string>;
  readonly manifests: ReadonlySet<string>;
  readonly tags: ReadonlyMap<string, string>;
  /** Durable bytes by location. */
  readonly uploads: ReadonlyMap<string, number>;
}

/**
 * Reads everything back after a restart, compares it with what may be there, and
 * settles the model on what is. A change whose answer did not come was done whole or
 * not at all. Some open uploads then go on from where they say that they are, and end.
 */
export async function verifyRegistry(model: RegistryModel, client: OciClient, random: Random): Promise<Findings> {
  const findings: Findings = { lost: [], torn: [] };
  await inTurns([...model.repositories.values()], async (repository) => {
    const verifier = new RepositoryVerifier(model, repository, client, findings);
    await verifier.verify();
    for (const [location, upload] of [...repository.state.uploads]) if (random.chance(0.4)) await verifier.goOn(location, upload);
  });
  await verifyShared(model, client, findings);
  return findings;
}

class RepositoryVerifier {
  constructor(
    private readonly model: RegistryModel,
    private readonly repository: OwnRepository,
    private readonly client: OciClient,
    private readonly findings: Findings,
  ) {}

  async verify(): Promise<void> {
    const { repository, findings } = this;
    const before = repository.state;
    const { pending } = repository;
    const after = before.clone();
    pending?.apply(after, pending.at);
    const seen = await this.read([before, after]);
    const problems = [before, after].map((state) => compare(state, seen));
    const fits = problems.map(({ lost, torn }) => lost.length + torn.length === 0);
    const chosen = !fits[0] && fits[1] ? 1 : 0;
    const doubt = pending ? ` (in doubt: ${pending.what})` : '';
    for (const lost of problems[chosen]!.lost) findings.lost.push(`${repository.name}: ${lost}${doubt}`);
    for (const torn of problems[chosen]!.torn) findings.torn.push(`${repository.name}: ${torn}${doubt}`);
    const settled = [before, after].map((state) => settle(state, seen));
    repository.state = settled[chosen]!;
    // What was let go by a collection, or before that by the change, counts from the earlier of the two.
    if (fits[0] && fits[1]) repository.state.countFromEarlier(settled[1]!);
    repository.pending = undefined;
    await this.verifyReferrers();
  }

  private async read(states: readonly RepositoryState[]): Promise<Seen> {
    const { name } = this.repository;
    const all = (keys: (state: RepositoryState) => Iterable<string>) => [...new Set(states.flatMap((state) => [...keys(state)]))];
    const [blobs, manifests] = [new Set<string>(), new Set<string>()];
    const [tags, uploads] = [new Map<string, string>(), new Map<string, number>()];
    const text = (await this.client.get(`/v2/${name}/tags/list`)).text;
    for (const tag of (JSON.parse(text) as { tags?: string[] }).tags ?? []) {
      const { status, headers } = await this.client.head(`/v2/${name}/manifests/${tag}`);
      if (status !== 200) this.torn(`tag ${tag}: listed, but answered ${status}`);
      else tags.set(tag, String(headers['docker-content-digest']));
    }
    for (const digest of all((state) => [...state.manifests.keys(), ...state.gone, ...state.tags.values()])) if (await this.has('manifests', digest)) manifests.add(digest);
    for (const digest of all((state) => [...state.blobs.keys(), ...state.gone])) if (await this.has('blobs', digest)) blobs.add(digest);
    for (const location of all((state) => state.uploads.keys())) {
      const length = await this.lengthOf(location);
      if (length !== undefined) uploads.set(location, length);
    }
    return { readAt: Date.now(), blobs, manifests, tags, uploads };
  }

  /** What is there must be whole. */
  private async has(kind: 'blobs' | 'manifests', digest: string): Promise<boolean> {
    const { status, body, text } = await this.client.get(`/v2/${this.repository.name}/${kind}/${digest}`);
    if (status === 404) return false;
    if (status !== 200) this.torn(`${kind} ${digest}: ${status} ${text}`);
    else if (digestOf(body) !== digest) this.torn(`${kind} ${digest}: other bytes`);
    return true;
  }

  /** Durable bytes; asked twice it says the same. */
  private async lengthOf(location: string): Promise<number | undefined> {
    const [first, second] = [await this.client.get(location), await this.client.get(location)];
    if (first.status === 404) return undefined;
    if (first.status !== 204 || first.headers.location !== location || first.headers.range !== second.headers.range) {
      this.torn(`upload ${location}: ${first.status} ${first.text} at ${first.headers.location}, ${first.headers.range} and then ${second.headers.range}`);
      return undefined;
    }
    const end = Number(/^0-(\d+)$/.exec(String(first.headers.range))![1]);
    return end === 0 ? 0 : end + 1;
  }

  private async verifyReferrers(): Promise<void> {
    const { manifests } = this.repository.state;
    const subjects = new Set([...manifests.values()].flatMap(({ subject }) => (subject === undefined ? [] : [subject])));
    for (const subject of subjects) {
      const { status, text } = await this.client.get(`/v2/${this.repository.name}/referrers/${subject}`);
      const listed = status === 200 ? (JSON.parse(text) as { manifests: { digest: string }[] }).manifests.map(({ digest }) => digest) : [];
      for (const [digest, manifest] of manifests) {
        if (manifest.subject === subject && !listed.includes(digest) && manifests.get(digest) && (await this.has('manifests', digest))) this.torn(`referrers of ${subject} lack ${digest}`);
      }
      for (const digest of listed) if (manifests.get(digest)?.subject !== subject) this.torn(`referrers of ${subject} have ${digest}`);
    }
  }

  /** The bytes from where the upload says to be make the blob. */
  async goOn(location: string, upload: HeldUpload): Promise<void> {
    const { state } = this.repository;
    const { digest, bytes } = this.model.makeBlob(upload.name, upload.size);
    const at = Date.now();
    if (upload.durable < upload.size) {
      const headers = { 'content-range': `${upload.durable}-${upload.size - 1}` };
      const sent = await this.client.send('PATCH', location, { body: bytes.subarray(upload.durable), headers });
      if (sent.status !== 202) this.torn(`upload ${location}: ${sent.status} ${sent.text} when it went on from ${upload.durable}`);
    }
    const closed = await this.client.send('PUT', `${location}?digest=${digest}`, { body: '' });
    if (closed.status !== 201) this.torn(`upload ${location}: ${closed.status} ${closed.text} at its end`);
    else if (!(await this.has('blobs', digest))) this.torn(`upload ${location}: is over, but there is no blob`);
    state.uploads.delete(location);
    state.putBlob(digest, at);
  }

  private torn(what: string): void {
    this.findings.torn.push(`${this.repository.name}: ${what}`);
  }
}

/** What a state says and what was seen. */
function compare(state: RepositoryState, seen: Seen): Findings {
  const findings: Findings = { lost: [], torn: [] };
  for (const kind of ['manifests', 'blobs'] as const) {
    for (const digest of state[kind].keys()) {
      if (!seen[kind].has(digest) && state.earliestLoss(digest) > seen.readAt) findings.lost.push(`${kind} ${digest}: absent`);
    }
    for (const digest of seen[kind]) if (!state[kind].has(digest)) findings.torn.push(`${kind} ${digest}: there, though it was deleted or never pushed`);
  }
  for (const [tag, digest] of state.tags) if (seen.tags.get(tag) !== digest) findings.lost.push(`tag ${tag}: ${seen.tags.get(tag)} instead of ${digest}`);
  for (const [tag, digest] of seen.tags) if (!state.tags.has(tag)) findings.torn.push(`tag ${tag}: names ${digest}, though it was deleted or never set`);
  for (const [digest, { blobs, manifests }] of state.manifests) {
    if (!seen.manifests.has(digest)) continue;
    for (const blob of blobs) if (!seen.blobs.has(blob)) findings.lost.push(`blob ${blob} of the manifest ${digest}: absent`);
    for (const child of manifests) if (!seen.manifests.has(child)) findings.lost.push(`manifest ${child} of the index ${digest}: absent`);
  }
  for (const [location, { durable, sent }] of state.uploads) {
    const length = seen.uploads.get(location);
    if (length === undefined) findings.lost.push(`upload ${location}: absent`);
    else if (length < durable || length > Math.max(durable, sent)) findings.lost.push(`upload ${location}: ${length} bytes, with ${durable} acknowledged and ${sent} sent`);
  }
  for (const location of seen.uploads.keys()) if (!state.uploads.has(location)) findings.torn.push(`upload ${location}: open, though it is over`);
  return findings;
}

/** What is not there was collected, and with it went what it held. */
function settle(state: RepositoryState, seen: Seen): RepositoryState {
  const lost = [...state.manifests.keys()].filter((digest) => !seen.manifests.has(digest)).map((digest) => ({ digest, at: state.earliestLoss(digest) }));
  for (const { digest, at } of lost) state.deleteManifest(digest, Math.min(at, seen.readAt));
  for (const digest of [...state.blobs.keys()]) if (!seen.blobs.has(digest)) state.blobs.delete(digest);
  for (const [location, upload] of state.uploads) {
    const length = seen.uploads.get(location);
    if (length === undefined) state.uploads.delete(location);
    else upload.durable = upload.sent = length;
  }
  state.gone.clear();
  return state;
}

async function verifyShared(model: RegistryModel, client: OciClient, findings: Findings): Promise<void> {
  for (const tag of SHARED_TAGS) {
    const { status, body, text } = await client.get(`/v2/${SHARED}/manifests/${tag}`);
    if (status !== 200 && status !== 404) findings.torn.push(`shared tag ${tag}: ${status} ${text}`);
    const digest = status === 200 ? digestOf(body) : undefined;
    judge(findings, `shared tag ${tag}`, model.sharedTags.get(tag)!, digest, (one, other) => one === other);
    if (digest === undefined) continue;
    for (const { digest: layer } of (JSON.parse(text) as { layers: { digest: string }[] }).layers) {
      const blob = await client.get(`/v2/${SHARED}/blobs/${layer}`);
      if (blob.status !== 200) findings.lost.push(`shared blob ${layer} of ${tag}: ${blob.status}`);
      else if (digestOf(blob.body) !== layer) findings.torn.push(`shared blob ${layer} of ${tag}: other bytes`);
    }
  }
}

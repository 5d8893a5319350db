import { openBlob, openManifest, type ArtifactRegistry } from '@zas/artifact-registry';
import type { MemoryBlobStore } from '@zas/plugin-testkit';
import { testContext } from '@zas/plugin-testkit';
import type { Catalogue } from './catalogue.js';
import type { ModelRepository, ReferenceModel } from './reference-model.js';
import { expectBytes } from './registry-visit.js';

const context = testContext();
const ALL = { limit: 10_000 };

/** Compares everything of a registry at rest with the model; each blob and manifest is read. @returns what is wrong */
export async function compareRegistry(registry: ArtifactRegistry, model: ReferenceModel, catalogue: Catalogue): Promise<string[]> {
  const problems: string[] = [];
  for (const repository of model.repositories.values()) problems.push(...(await compareRepository(registry, repository, catalogue)));
  const open = await registry.metadata.blobUploads.idle(context, Number.MAX_SAFE_INTEGER, ALL.limit);
  differ(problems, 'uploads', open.map(({ uploadId }) => uploadId), [...model.uploads.keys()]);
  return problems;
}

async function compareRepository(registry: ArtifactRegistry, model: ModelRepository, catalogue: Catalogue): Promise<string[]> {
  const problems: string[] = [];
  const { id, name } = model;
  const { artifacts, repositories } = registry.metadata;
  const line = (digest: string, size: number, unusedSince: number | undefined) => `${digest} ${size} ${unusedSince}`;
  const blobs = await artifacts.blobs(context, id, ALL);
  const manifests = await artifacts.manifests(context, id, ALL);
  differ(problems, `${name}: blobs`, blobs.map((one) => line(one.digest, one.size, one.unusedSince)), linesOf(model.blobs, line));
  differ(problems, `${name}: manifests`, manifests.map((one) => line(one.digest, one.size, one.unusedSince)), linesOf(model.manifests, line));
  const tags = await artifacts.tags(context, id, ALL);
  differ(problems, `${name}: tags`, tags.map((tag) => `${tag.name} ${tag.digest} ${tag.movedAt}`), [...model.tags].map(([tag, { digest, movedAt }]) => `${tag} ${digest} ${movedAt}`));
  for (const { digest } of catalogue.manifests) {
    const referrers = await artifacts.referrers(context, id, digest, ALL);
    const expected = [...model.manifests].flatMap(([referrer, { subject }]) => (subject === digest ? [referrer] : []));
    differ(problems, `${name}: referrers of ${digest}`, referrers.map((one) => one.digest), expected);
  }
  const sizes = [...model.blobs.values(), ...model.manifests.values()].map(({ size }) => size);
  const usage = { manifests: model.manifests.size, blobs: model.blobs.size, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  differ(problems, `${name}: usage`, [JSON.stringify(await repositories.usage(context, id))], [JSON.stringify(usage)]);
  return [...problems, ...(await readAll(registry, model))];
}

async function readAll(registry: ArtifactRegistry, model: ModelRepository): Promise<string[]> {
  const problems: string[] = [];
  const repository = (await registry.metadata.repositories.findById(context, model.id))!;
  const open = { blob: openBlob, manifest: openManifest };
  for (const [kind, digests] of [['blob', model.blobs], ['manifest', model.manifests]] as const) {
    for (const digest of digests.keys()) {
      try {
        const { body } =
          kind === 'blob' ? await open.blob(registry, context, repository, digest, ({ size }) => ({ offset: 0, length: size })) : await open.manifest(registry, context, repository, { digest });
        await expectBytes(registry, context, body, digest);
      } catch (error) {
        problems.push(`${model.name}: ${kind} ${digest} cannot be read: ${String(error)}`);
      }
    }
  }
  return problems;
}

/** Stored contents count as many references as the model has, by digest. @param inlineBytes what is no longer than that is no content */
export async function compareContents(registry: ArtifactRegistry, model: ReferenceModel, inlineBytes: number): Promise<string[]> {
  const { blobs } = registry.metadata;
  const found = new Map<string, number>();
  for (const { id, references } of await blobs.list(context, { after: 0, ...ALL })) {
    if (references === 0) continue;
    const digest = `sha256:${await blobs.sha256(context, id)}`;
    found.set(digest, (found.get(digest) ?? 0) + references);
  }
  const expected = new Map<string, number>();
  for (const repository of model.repositories.values()) {
    for (const [digest, { size }] of [...repository.blobs, ...repository.manifests]) if (size > inlineBytes) expected.set(digest, (expected.get(digest) ?? 0) + 1);
  }
  const problems: string[] = [];
  differ(problems, 'references of contents', [...found].map(String), [...expected].map(String));
  return problems;
}

/** After the clean-up has run to its end: what is stored is what is referenced. */
export async function compareBytes(registry: ArtifactRegistry, store: MemoryBlobStore): Promise<string[]> {
  const rows = await registry.metadata.blobs.list(context, { after: 0, ...ALL });
  const problems = rows.flatMap(({ locator, state, references }) => (state === 'live' && references > 0 ? [] : [`content ${locator}: ${state} with ${references} references`]));
  differ(problems, 'stored bytes', [...store.blobs].map(([locator, bytes]) => `${locator} ${bytes.length}`), rows.map(({ locator, size }) => `${locator} ${size}`));
  return problems;
}

/** Nothing that should have been collected is there. */
export function leftOver(model: ReferenceModel): string[] {
  const problems = [...model.uploads.keys()].map((id) => `upload ${id}`);
  for (const { name, rules, blobs, manifests } of model.repositories.values()) {
    for (const [digest, { unusedSince }] of blobs) if (unusedSince !== undefined) problems.push(`${name}: blob ${digest}`);
    for (const [digest, { unusedSince, subject }] of manifests) {
      if (unusedSince !== undefined && (subject !== undefined || rules.collectUntagged)) problems.push(`${name}: manifest ${digest}`);
    }
  }
  return problems.map((problem) => `never collected: ${problem}`);
}

function linesOf(all: ReadonlyMap<string, { size: number; unusedSince: number | undefined }>, line: (digest: string, size: number, unusedSince: number | undefined) => string): string[] {
  return [...all].map(([digest, { size, unusedSince }]) => line(digest, size, unusedSince));
}

function differ(problems: string[], what: string, found: readonly string[], expected: readonly string[]): void {
  const [there, wanted] = [new Set(found), new Set(expected)];
  for (const one of wanted) if (!there.has(one)) problems.push(`${what}: lacks ${one}`);
  for (const one of there) if (!wanted.has(one)) problems.push(`${what}: has ${one}`);
}

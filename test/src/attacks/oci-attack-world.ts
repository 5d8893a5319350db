import { expect } from '@jest/globals';
import { imageOf } from '../harness/oci-artifacts.js';
import type { OciAnswer, OciClient } from '../harness/oci-client.js';
import { OciWorld, allow, policy } from '../harness/oci-world.js';

/** Alice's, which is attacked. */
export const TARGET = 'attacked/app';
/** What nobody else may see. */
export const SECRET = 'a layer that only Alice may see';
/** Bob's, from where he attacks. */
export const BASE = 'attacker/app';
/** Alice's too; Arthur may pull and push there. */
export const SHARED = 'shared/app';

/** A registry where Alice keeps a secret, Bob has a repository, and Arthur may work in one of Alice's. */
export async function startOciAttack(config: Record<string, unknown> = {}): Promise<OciWorld> {
  const world = await OciWorld.start(config, [policy(allow('oci:*', 'shared/*'))]);
  await prepare(world.alice, TARGET, SECRET);
  await prepare(world.alice, SHARED, 'shared layer');
  await prepare(world.bob, BASE, 'of bob');
  return world;
}

async function prepare(who: OciClient, repository: string, layer: string): Promise<void> {
  for (const bytes of ['config', layer]) await who.pushBlob(repository, bytes);
  const { status, text } = await who.putManifest(repository, 'v1', imageOf('config', [layer]));
  if (status !== 201) throw new Error(text);
}

interface List {
  readonly repositories: readonly string[];
  readonly tags: readonly string[];
}

/** All that the owners can see of their repositories, so that two moments can be compared. */
async function fingerprint(world: OciWorld): Promise<readonly string[]> {
  const seen: string[] = [];
  for (const owner of [world.alice, world.bob]) {
    for (const repository of (await owner.pages<List>('/v2/_catalog')).flatMap(({ repositories }) => repositories)) {
      const tags = (await owner.pages<List>(`/v2/${repository}/tags/list`)).flatMap((page) => page.tags);
      seen.push(`${repository} ${tags.join(' ')}`);
      for (const tag of tags) {
        const { status, text } = await owner.get(`/v2/${repository}/manifests/${tag}`);
        seen.push(`${repository}:${tag} ${status} ${text}`);
        const { config, layers = [] } = JSON.parse(text) as { config?: { digest: string }; layers?: { digest: string }[] };
        for (const one of [...(config ? [config] : []), ...layers]) seen.push(`${one.digest} ${(await owner.head(`/v2/${repository}/blobs/${one.digest}`)).status}`);
      }
    }
  }
  return seen;
}

/** Runs `attempt`, and fails when anything in any repository is another thing afterwards. */
export async function expectUntouched(world: OciWorld, attempt: () => Promise<void>): Promise<void> {
  const before = await fingerprint(world);
  await attempt();
  expect(await fingerprint(world)).toEqual(before);
}

/** Status and codes; what was said must not hold the secret. */
export function said(answer: OciAnswer): readonly unknown[] {
  expect(answer.text.includes(SECRET)).toBe(false);
  return [answer.status, ...answer.codes];
}

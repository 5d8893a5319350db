import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OCI_INDEX, digestOf, imageOf, indexOf, manifestBytes } from '../harness/oci-artifacts.js';
import type { OciAnswer, OciClient } from '../harness/oci-client.js';
import { withToken } from '../harness/oci-token.js';
import { OciWorld, allow, policy } from '../harness/oci-world.js';

let world: OciWorld;
let client: OciClient;

beforeAll(async () => {
  const config = {
    oci: {
      repositories: [
        { repositories: 'fixed/*', immutableTags: ['^v\\d'] },
        { repositories: 'loose/*', deleteHeldManifests: true },
      ],
    },
  };
  world = await OciWorld.start(config, [policy(allow(['oci:Get*', 'oci:List*', 'oci:Put*'], 'granted/*'), allow(['oci:CreateTag', 'oci:OverwriteTag'], 'granted/*', { Condition: { StringLike: { 'oci:tag': 'dev-*' } } }))]);
  client = world.alice;
});
afterAll(() => world.remove());

/** A repository with the blobs that images here are of. */
async function prepare(repository: string): Promise<void> {
  for (const bytes of ['config', 'layer', '{}']) await client.pushBlob(repository, bytes);
}
const image = (name: string) => imageOf('config', ['layer'], { annotations: { name } });
const digest = (name: string) => manifestBytes(image(name)).digest;
const at = (repository: string, reference: string) => `/v2/${repository}/manifests/${reference}`;
const tagsOf = async (repository: string, query = '') => (JSON.parse((await client.get(`/v2/${repository}/tags/list${query}`)).text) as { tags: string[] }).tags;
const said = ({ status, codes }: OciAnswer) => [status, ...codes];
const digestAt = async (repository: string, tag: string) => (await client.head(at(repository, tag))).headers['docker-content-digest'];

describe('several tags in one push', () => {
  beforeAll(() => prepare('tags/many'));
  const push = (reference: string, tags: readonly string[], name: string) => client.putManifest('tags/many', `${reference}?${tags.map((tag) => `tag=${encodeURIComponent(tag)}`).join('&')}`, image(name));

  it('are all set, and told', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `many-${i}`);
    const answer = await push(digest('many'), [...names, 'many-0'].slice(0, 50), 'many');
    expect([answer.status, answer.headers['oci-tag'], answer.headers.location]).toEqual([201, names.join(', '), at('tags/many', digest('many'))]);
    expect((await tagsOf('tags/many')).sort()).toEqual([...names].sort());
    for (const tag of ['many-0', 'many-49']) expect(await digestAt('tags/many', tag)).toBe(digest('many'));
  });

  it('are set all or none', async () => {
    for (const [tags, expected] of [
      [['good', '-bad'], [400, 'TAG_INVALID']],
      [['good', ''], [400, 'TAG_INVALID']],
      [Array.from({ length: 51 }, (_, i) => `none-${i}`), [414, 'TAG_INVALID']],
    ] as const) {
      expect(said(await push(digest('none'), tags, 'none'))).toEqual(expected);
    }
    expect(said(await push('by-tag', ['good'], 'none'))).toEqual([400, 'UNSUPPORTED']);
    expect((await client.head(at('tags/many', digest('none')))).status).toBe(404);
    expect((await tagsOf('tags/many')).filter((tag) => tag.startsWith('none') || tag === 'good' || tag === 'by-tag')).toEqual([]);
  });

  it('are none when one of them is immutable elsewhere', async () => {
    await prepare('fixed/many');
    await client.putManifest('fixed/many', 'v1', image('first'));
    const answer = await client.putManifest('fixed/many', `${digest('second')}?tag=latest&tag=v1`, image('second'));
    expect(said(answer)).toEqual([409, 'DENIED']);
    expect(await tagsOf('fixed/many')).toEqual(['v1']);
    expect((await client.head(at('fixed/many', digest('second')))).status).toBe(404);
  });

  it('are none when one of them may not be set', async () => {
    await prepare('granted/app');
    await client.putManifest('granted/app', 'v1', image('first'));
    const put = (tags: string) => world.arthur.putManifest('granted/app', `${digest('arthur')}?${tags}`, image('arthur'));
    expect(said(await put('tag=dev-1&tag=v1'))).toEqual([403, 'DENIED']);
    expect(said(await put('tag=dev-1&tag=v2'))).toEqual([403, 'DENIED']);
    expect(await tagsOf('granted/app')).toEqual(['v1']);
    expect(said(await put('tag=dev-1&tag=dev-2'))).toEqual([201]);
    expect(await tagsOf('granted/app')).toEqual(['dev-1', 'dev-2', 'v1']);
  });
});

describe('tags that the rules fix', () => {
  it('are set once, and neither moved nor deleted, nor is what they name', async () => {
    await prepare('fixed/app');
    for (const tag of ['v1', 'latest']) expect(said(await client.putManifest('fixed/app', tag, image('first')))).toEqual([201]);
    expect(said(await client.putManifest('fixed/app', 'v1', image('first')))).toEqual([201]);
    expect(said(await client.putManifest('fixed/app', 'v1', image('second')))).toEqual([409, 'DENIED']);
    expect(said(await client.putManifest('fixed/app', 'latest', image('second')))).toEqual([201]);
    expect(said(await client.delete(at('fixed/app', 'v1')))).toEqual([409, 'DENIED']);
    expect(said(await client.delete(at('fixed/app', digest('first'))))).toEqual([409, 'DENIED']);
    expect(said(await client.delete(at('fixed/app', digest('second'))))).toEqual([202]);
    expect([await tagsOf('fixed/app'), await digestAt('fixed/app', 'v1')]).toEqual([['v1'], digest('first')]);
  });
});

describe('deleting', () => {
  it('a tag keeps its manifest and the other tags', async () => {
    await prepare('tags/delete');
    for (const tag of ['one', 'two']) await client.putManifest('tags/delete', tag, image('x'));
    expect(said(await client.delete(at('tags/delete', 'one')))).toEqual([202]);
    expect(said(await client.delete(at('tags/delete', 'one')))).toEqual([404, 'MANIFEST_UNKNOWN']);
    expect(said(await client.get(at('tags/delete', 'one')))).toEqual([404, 'MANIFEST_UNKNOWN']);
    for (const reference of ['two', digest('x')]) expect((await client.get(at('tags/delete', reference))).status).toBe(200);
  });

  it('a manifest takes its tags along, and keeps its blobs', async () => {
    await prepare('tags/gone');
    for (const tag of ['one', 'two']) await client.putManifest('tags/gone', tag, image('x'));
    await client.putManifest('tags/gone', 'other', image('y'));
    expect(said(await client.delete(at('tags/gone', digest('x'))))).toEqual([202]);
    expect(await tagsOf('tags/gone')).toEqual(['other']);
    expect(said(await client.delete(at('tags/gone', digest('x'))))).toEqual([404, 'MANIFEST_UNKNOWN']);
    expect((await client.head(`/v2/tags/gone/blobs/${digestOf('layer')}`)).status).toBe(200);
  });

  it('a manifest that an index holds is refused, unless the rules allow it', async () => {
    for (const [repository, expected] of [['tags/held', [405, 'UNSUPPORTED']], ['loose/held', [202]]] as const) {
      await prepare(repository);
      await client.putManifest(repository, digest('x'), image('x'));
      const index = indexOf([manifestBytes(image('x')).descriptor]);
      await client.putManifest(repository, 'all', index, OCI_INDEX);
      expect([repository, ...said(await client.delete(at(repository, digest('x'))))]).toEqual([repository, ...expected]);
      expect((await client.get(at(repository, 'all'))).status).toBe(200);
    }
    await client.delete(at('tags/held', 'all'));
    expect(said(await client.delete(at('tags/held', digest('x'))))).toEqual([405, 'UNSUPPORTED']);
    await client.delete(at('tags/held', manifestBytes(indexOf([manifestBytes(image('x')).descriptor])).digest));
    expect(said(await client.delete(at('tags/held', digest('x'))))).toEqual([202]);
  });

  it('a manifest needs the right to each of its tags', async () => {
    await prepare('granted/delete');
    await client.putManifest('granted/delete', 'dev-1', image('x'));
    expect(said(await world.arthur.delete(at('granted/delete', digest('x'))))).toEqual([403, 'DENIED']);
    expect(said(await world.arthur.delete(at('granted/delete', 'dev-1')))).toEqual([403, 'DENIED']);
    expect(await tagsOf('granted/delete')).toEqual(['dev-1']);
  });
});

const tagPages = async (query: string) => (await client.pages<{ tags: string[] }>(`/v2/lists/tags/tags/list${query}`)).map(({ tags }) => tags);
const catalog = async (who: OciClient, query = '') => (await who.pages<{ repositories: string[] }>(`/v2/_catalog${query}`)).map(({ repositories }) => repositories);

describe('lists', () => {
  const names = ['1.0', '1.10', '1.9', 'A', 'Z_z', '_x', 'a', 'a-b', 'a.b', 'b'];
  beforeAll(async () => {
    await prepare('lists/tags');
    await client.putManifest('lists/tags', `${digest('x')}?${[...names].reverse().map((tag) => `tag=${tag}`).join('&')}`, image('x'));
  });

  it('of tags are in the order of their bytes, and come in pages', async () => {
    const whole = await client.get('/v2/lists/tags/tags/list');
    expect([whole.status, whole.headers['content-type'], whole.headers.link, JSON.parse(whole.text)]).toEqual([200, 'application/json', undefined, { name: 'lists/tags', tags: names }]);
    expect(await tagPages('?n=3')).toEqual([names.slice(0, 3), names.slice(3, 6), names.slice(6, 9), names.slice(9)]);
    expect(await tagPages('?n=5')).toEqual([names.slice(0, 5), names.slice(5)]);
    expect(await tagPages('?n=10')).toEqual([names]);
    expect(await tagsOf('lists/tags', '?last=a')).toEqual(['a-b', 'a.b', 'b']);
    expect(await tagsOf('lists/tags', '?last=aa&n=1')).toEqual(['b']);
    expect(await tagsOf('lists/tags', '?last=zzz')).toEqual([]);
    expect((await client.head('/v2/lists/tags/tags/list')).status).toBe(200);
  });

  it('of tags are of a repository that is there', async () => {
    expect(said(await client.get('/v2/lists/none/tags/list'))).toEqual([404, 'NAME_UNKNOWN']);
    await client.pushBlob('lists/empty', 'x');
    expect(JSON.parse((await client.get('/v2/lists/empty/tags/list')).text)).toEqual({ name: 'lists/empty', tags: [] });
  });

  it('of repositories show what the caller may see', async () => {
    const all = await catalog(client);
    expect(all).toHaveLength(1);
    expect(all[0]).toEqual([...all[0]!].sort());
    expect(all[0]).toContain('lists/tags');
    const pages = await catalog(client, '?n=2');
    expect(pages.flat()).toEqual(all[0]);
    for (const page of pages) expect(page.length).toBeLessThanOrEqual(2);
    const nobody = await withToken(world.nobody, 'registry:catalog:*');
    for (const who of [world.bob, world.arthur, nobody]) expect((await catalog(who, '?n=2')).flat()).toEqual([]);
  });
});

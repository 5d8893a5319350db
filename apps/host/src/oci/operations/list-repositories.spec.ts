import { describe, expect, it } from '@jest/globals';
import type { Narrowing, Page, RepositoryRecord } from '@zas/plugin-api';
import { parseTarget } from '@zas/oci-protocol';
import { CatalogSight } from '../catalog-sight.js';
import type { OciCall } from '../oci-call.js';
import { listRepositories } from './list-repositories.js';

const narrowing = (changes: Partial<Narrowing>): Narrowing => ({ allowedPrefixes: [], deniedPrefixes: [], residual: false, ...changes });

interface SightPart {
  readonly narrowing: Narrowing;
  readonly whose?: { readonly owner: string } | { readonly notOwner: string };
}
const all = (changes: Partial<Narrowing>): SightPart => ({ narrowing: narrowing(changes) });
const recordOf = (name: string, owner = 'A') => ({ name, owner }) as RepositoryRecord;

/** A catalog of those repositories, in order, and how much of it was read. */
function catalog(repositories: readonly RepositoryRecord[], parts: readonly SightPart[], mayBeSeen: (name: string) => boolean = () => false) {
  const read = { rows: 0, lists: 0, asked: 0 };
  const list = async (_context: unknown, { prefix = '', after = '', limit, owner }: Page & { prefix?: string; owner?: string }) => {
    const page = repositories.filter((one) => one.name > after && one.name.startsWith(prefix) && (owner ?? one.owner) === one.owner).slice(0, limit);
    read.rows += page.length;
    read.lists++;
    return page;
  };
  const visible = async (page: readonly RepositoryRecord[]) => {
    read.asked += page.length;
    return page.filter(({ name }) => mayBeSeen(name));
  };
  const ask = async (link: string) => {
    const registry = { metadata: { repositories: { list } } };
    const sights = async () => parts.map(({ narrowing: own, whose }) => new CatalogSight(own, whose, visible));
    const call = { registry, target: parseTarget({ method: 'GET', rawUrl: link }), positionSecret: Buffer.alloc(32, 7), sights } as unknown as OciCall;
    const { headers, body } = await listRepositories(call);
    return { repositories: (JSON.parse(String(body)) as { repositories: string[] }).repositories, next: /^<([^>]+)>/.exec(headers?.['link'] as string)?.[1] };
  };
  const pages = async (from: string) => {
    const [shown, links]: [string[][], string[]] = [[], []];
    for (let next: string | undefined = from; next !== undefined; ) {
      const page = await ask(next);
      shown.push(page.repositories);
      next = page.next;
      if (next !== undefined) links.push(next);
    }
    return { shown, links };
  };
  return { ask, pages, read };
}

/** More than one request looks at. */
const HIDDEN = 10_500;
const numbered = (start: string, count: number) => Array.from({ length: count }, (_, i) => recordOf(`${start}${String(i).padStart(6, '0')}`));

describe('a catalog of which little may be seen', () => {
  const repositories = [...numbered('hidden/', HIDDEN), ...['seen/first', 'seen/second', 'seen/third'].map((name) => recordOf(name))];

  it('is whole over its pages where each is asked about, and no link tells what is hidden', async () => {
    const { shown, links } = await catalog(repositories, [all({ allowedPrefixes: [''], residual: true })], (name) => name.startsWith('seen/')).pages('/v2/_catalog?n=2');
    expect(shown).toEqual([[], ['seen/first', 'seen/second'], ['seen/third']]);
    expect(links[0]).toMatch(/^\/v2\/_catalog\?n=2&from=[\w-]+$/);
    expect(links[1]).toBe('/v2/_catalog?n=2&last=seen%2Fsecond');
    expect(links.join()).not.toContain('hidden');
  });

  it('refuses a position of its client’s own making', async () => {
    await expect(catalog(repositories, []).ask('/v2/_catalog?from=aGlkZGVu')).rejects.toMatchObject({ code: 'UNSUPPORTED', status: 400 });
  });

  it('is read only where something is to be seen', async () => {
    for (const part of [{ allowedPrefixes: ['seen/'] }, { allowedNames: ['seen/first', 'seen/nothing', 'seen/second', 'seen/third'] }, { allowedPrefixes: [''], deniedPrefixes: ['hidden/'] }]) {
      const { ask, read } = catalog(repositories, [all(part), { whose: { owner: 'B' }, narrowing: narrowing({}) }]);
      expect(await ask('/v2/_catalog')).toEqual({ repositories: ['seen/first', 'seen/second', 'seen/third'], next: undefined });
      expect(read.rows).toBeLessThan(1_100);
      expect(read.asked).toBe(0);
    }
    const { ask, read } = catalog(repositories, [all({})]);
    expect(await ask('/v2/_catalog')).toEqual({ repositories: [], next: undefined });
    expect(read).toEqual({ rows: 0, lists: 0, asked: 0 });
  });

  it('takes each repository by the part that its owner belongs to', async () => {
    const mixed = [recordOf('a/1'), recordOf('a/2', 'B'), recordOf('b/1'), recordOf('b/2', 'B'), recordOf('c/1', 'C')];
    const parts: readonly SightPart[] = [
      { whose: { owner: 'A' }, narrowing: narrowing({ allowedPrefixes: ['a/'] }) },
      { whose: { notOwner: 'A' }, narrowing: narrowing({ allowedNames: ['b/2', 'c/1'], residual: true }) },
    ];
    const { ask, read } = catalog(mixed, parts, (name) => name === 'b/2');
    expect((await ask('/v2/_catalog')).repositories).toEqual(['a/1', 'b/2']);
    expect(read.asked).toBe(2);
  });

  it('reads of one owner’s only', async () => {
    const { ask, read } = catalog([...numbered('a/', HIDDEN).map(({ name }) => recordOf(name, 'B')), recordOf('b'), recordOf('c')], [{ whose: { owner: 'A' }, narrowing: narrowing({ allowedPrefixes: [''] }) }]);
    expect(await ask('/v2/_catalog?n=2')).toEqual({ repositories: ['b', 'c'], next: undefined });
    expect(read.rows).toBe(2);
  });

  it('shows nothing of one part that would hide what comes before it in another', async () => {
    const parts: readonly SightPart[] = [all({ allowedPrefixes: ['hidden/'], residual: true }), all({ allowedNames: ['seen/first', 'a'] })];
    const { shown } = await catalog([recordOf('a'), ...repositories], parts, (name) => name.endsWith('9')).pages('/v2/_catalog?n=500');
    expect(shown.flat()).toEqual(['a', ...repositories.map(({ name }) => name).filter((name) => /^hidden.*9$|first/.test(name))]);
  });

  it('looks at a limited number of places in one request, and shows each repository once', async () => {
    const names = numbered('team/', 2_500).map(({ name }) => name);
    const present = names.filter((_name, i) => i % 3 === 0);
    const { pages, read } = catalog(present.map((name) => recordOf(name)), [all({ allowedNames: names, allowedPrefixes: ['lib/', 'zoo/'] })]);
    const { shown, links } = await pages('/v2/_catalog');
    expect(shown.flat()).toEqual(present);
    expect(links).toHaveLength(2);
    expect(read.lists).toBeLessThan(2_600);
  });
});

describe('any catalog', () => {
  it('comes in pages of any size as it is in one', async () => {
    const repositories = ['a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'ab', 'b', 'b/a', 'c', 'c/d'].map((name) => recordOf(name));
    const views: readonly Partial<Narrowing>[] = [
      { allowedPrefixes: [''] },
      { allowedPrefixes: ['a'], deniedPrefixes: ['a/'] },
      { allowedPrefixes: ['a/', 'c'], allowedNames: ['a', 'ab', 'b/x'] },
      { allowedPrefixes: [''], deniedNames: ['b'], deniedPrefixes: ['a', 'c/'] },
      { allowedPrefixes: ['b'], residual: true },
    ];
    for (const view of views) {
      const made = () => catalog(repositories, [all(view)], (name) => name !== 'b');
      const whole = (await made().ask('/v2/_catalog')).repositories;
      for (const n of [1, 2, 3, 5, 10, 100]) {
        const { shown, links } = await made().pages(`/v2/_catalog?n=${n}`);
        expect([view, n, shown.flat()]).toEqual([view, n, whole]);
        expect(links).toHaveLength(Math.max(0, Math.ceil(whole.length / n) - 1));
      }
      for (const { name } of repositories) {
        expect((await made().ask(`/v2/_catalog?last=${encodeURIComponent(name)}`)).repositories).toEqual(whole.filter((one) => one > name));
      }
      expect(await made().ask('/v2/_catalog?n=0')).toEqual({ repositories: [], next: undefined });
    }
  });
});

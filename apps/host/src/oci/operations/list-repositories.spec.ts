import { describe, expect, it } from '@jest/globals';
import type { Page, RepositoryRecord } from '@zas/plugin-api';
import { parseTarget } from '@zas/oci-protocol';
import type { OciCall } from '../oci-call.js';
import { listRepositories } from './list-repositories.js';

/** More than one request looks at. */
const HIDDEN = 10_500;

describe('a catalog of which little may be seen', () => {
  const names = [...Array.from({ length: HIDDEN }, (_, i) => `hidden/${String(i).padStart(6, '0')}`), 'seen/first', 'seen/second', 'seen/third'];
  const list = async (_context: unknown, { after = '', limit }: Page) => names.filter((name) => name > after).slice(0, limit).map((name) => ({ name }));
  const registry = { metadata: { repositories: { list } } };

  const ask = async (link: string) => {
    const visible = async (page: readonly RepositoryRecord[]) => page.filter(({ name }) => name.startsWith('seen/'));
    const call = { registry, target: parseTarget({ method: 'GET', rawUrl: link }), positionSecret: Buffer.alloc(32, 7), visible } as unknown as OciCall;
    const { headers, body } = await listRepositories(call);
    return { repositories: (JSON.parse(String(body)) as { repositories: string[] }).repositories, next: /^<([^>]+)>/.exec(headers?.['link'] as string)?.[1] };
  };

  it('is whole over its pages, and no link tells what is hidden', async () => {
    const shown: string[][] = [];
    const links: string[] = [];
    for (let next: string | undefined = '/v2/_catalog?n=2'; next !== undefined; ) {
      const page = await ask(next);
      shown.push(page.repositories);
      next = page.next;
      if (next !== undefined) links.push(next);
    }
    expect(shown).toEqual([[], ['seen/first', 'seen/second'], ['seen/third']]);
    expect(links[0]).toMatch(/^\/v2\/_catalog\?n=2&from=[\w-]+$/);
    expect(links[1]).toBe('/v2/_catalog?n=2&last=seen%2Fsecond');
    expect(links.join()).not.toContain('hidden');
  });

  it('refuses a position of its client’s own making', async () => {
    await expect(ask('/v2/_catalog?from=aGlkZGVu')).rejects.toMatchObject({ code: 'UNSUPPORTED', status: 400 });
  });
});

import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RepositoryRecord } from '@zas/plugin-api';
import { parseTarget } from '@zas/oci-protocol';
import { MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import type { OciCall } from '../oci-call.js';
import { listRepositories } from './list-repositories.js';

/** More than one request looks at. */
const HIDDEN = 10_500;

describe('a catalog of which little may be seen', () => {
  const metadata = new MemoryMetadataStore();
  const context = testContext();
  beforeAll(async () => {
    const names = [...Array.from({ length: HIDDEN }, (_, i) => `hidden/${String(i).padStart(6, '0')}`), 'seen/first', 'seen/second', 'seen/third'];
    for (const name of names) await metadata.apply(context, { kind: 'create-repository', name, owner: '111122223333', at: 1 });
  });

  const ask = async (link: string) => {
    const visible = async (page: readonly RepositoryRecord[]) => page.filter(({ name }) => name.startsWith('seen/'));
    const call = { context, registry: { metadata }, target: parseTarget({ method: 'GET', rawUrl: link }), positionSecret: Buffer.alloc(32, 7), visible } as unknown as OciCall;
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

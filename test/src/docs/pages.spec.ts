import fs from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT, pageNames, readPage } from './read-page.js';

const pages = await Promise.all([...(await pageNames()), 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'].map(readPage));

/** As code hosts make them of headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => heading!);
  return new Set(headings.map((heading) => heading.toLowerCase().replace(/[`*]|[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-')));
}

describe('the pages', () => {
  it.each(pages.map(({ name, text }) => ({ name, text })))('$name: its links lead somewhere', async ({ name, text }) => {
    const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`(?!\])/g, '');
    const dead: string[] = [];
    for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|mailto:)/.test(target!)) continue;
      const [file, anchor] = target!.split('#') as [string, string?];
      const found = file === '' ? name : path.relative(ROOT, path.resolve(ROOT, path.dirname(name), file));
      const there = await fs.stat(path.join(ROOT, found)).catch(() => undefined);
      if (there === undefined) dead.push(target!);
      else if (anchor !== undefined && !anchorsOf(await fs.readFile(path.join(ROOT, found), 'utf8')).has(anchor)) dead.push(target!);
    }
    expect(dead).toEqual([]);
  });

  it.each(pages.filter(({ steps }) => steps.some(({ kind }) => kind === 'file')).map((page) => [page.name, page] as const))('%s: what its blocks are called stands above them, as titles are not shown', (_name, { text }) => {
    const unnamed: string[] = [];
    // What lies between blocks, each with the title of the block behind it.
    for (const [, above, title] of text.matchAll(/(?:^|\n```\n)((?:(?!\n```)[\s\S])*)\n```\w+ title="([^"]+)"\n/g)) {
      if (!above!.includes(path.basename(title!))) unnamed.push(title!);
    }
    expect(unnamed).toEqual([]);
  });

  it('the index names every page', async () => {
    const { text } = await readPage('docs/README.md');
    const missing = (await pageNames()).filter((name) => name.startsWith('docs/') && name !== 'docs/README.md').filter((name) => !text.includes(`(${path.basename(name)})`));
    expect(missing).toEqual([]);
  });

  it('name only scripts of npm that there are', async () => {
    const { scripts } = JSON.parse(await fs.readFile(path.join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const named = pages.filter(({ name }) => name !== 'docs/plugin-guide.md').flatMap(({ name, text }) => [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, script]) => [name, script!] as const));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(([, script]) => !(script in scripts))).toEqual([]);
  });
});

describe('settings', () => {
  it('are all described where they are declared', async () => {
    const reference = (await import(path.join(ROOT, 'scripts/config-reference.mjs'))) as {
      FROM_SERVER: Readonly<Record<string, readonly string[]>>;
      schemas(): Promise<{ server: unknown; plugins: readonly (readonly [string, unknown])[] }>;
      undescribed(schema: unknown, hidden?: readonly string[]): readonly string[];
    };
    const { server, plugins } = await reference.schemas();
    expect(reference.undescribed(server)).toEqual([]);
    for (const [name, schema] of plugins) expect([name, reference.undescribed(schema, reference.FROM_SERVER[name])]).toEqual([name, []]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pageNames, readPage } from './read-page.js';
import { Reader } from './reader.js';

const pages = await Promise.all((await pageNames()).map(readPage));

describe('somebody who does what the page says', () => {
  let reader: Reader;
  beforeEach(async () => {
    reader = await Reader.open();
  });
  afterEach(async () => reader.close());

  it.each(pages.filter(({ steps }) => steps.some(({ kind }) => kind === 'shell')))('$name', async (page) => {
    await reader.follow(page);
  });
});

it('the pages that matter most have commands that run', () => {
  const commands = new Map(pages.map(({ name, steps }) => [name, steps.filter(({ kind }) => kind === 'shell').length]));
  for (const name of ['README.md', 'docs/getting-started.md', 'docs/plugin-guide.md', 'docs/s3-clients.md', 'docs/oci-clients.md']) {
    expect([name, (commands.get(name) ?? 0) > 0]).toEqual([name, true]);
  }
});

import { expect } from '@jest/globals';
import { chromium, type Page } from 'playwright-core';
import { clientTest, findTool } from './tools.js';

/** What a page complained of while it was open. */
function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('requestfailed', (request) => void complaints.push(`${request.url()} failed`));
  page.on('response', (response) => void (response.status() >= 400 && complaints.push(`${response.url()} was answered ${response.status()}`)));
  return complaints;
}

const TAGS = { S3: 'PutObject', STS: 'AssumeRole', OCI: 'PutManifest', RBAC: 'createUser', 'Sign-in': 'whoAmI', Audit: 'listAuditRecords', Health: 'getHealth', Metrics: 'getMetrics', Admin: 'getAdminPlugins', Docs: 'getDocs' };

clientTest(findTool('Chromium', '/usr/bin/chromium'), 'Chromium, Debian’s, reads /docs', async ({ tool, url }) => {
  // As root, as in containers, Chromium has no sandbox of its own.
  const browser = await chromium.launch({ executablePath: tool.command, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints = complaintsOf(page);
    const elsewhere: string[] = [];
    page.on('request', (request) => void (request.url().startsWith(url) || elsewhere.push(request.url())));
    await page.goto(`${url}/docs`);
    expect(await page.title()).toBe('Zot Artifact Store API');
    // The style was taken: the list stands beside the text.
    expect(await page.evaluate(`getComputedStyle(document.querySelector('nav')).position`)).toBe('sticky');

    for (const [tag, operation] of Object.entries(TAGS)) {
      await expectVisible(page, `section:has(> h2:text-is("${tag}")) .operation > summary:has(.name:text-is("${operation}"))`);
    }
    // With the keyboard: past the list, to the first operation, open it.
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('To the operations');
    await page.keyboard.press('Enter');
    const first = page.locator('#tag-S3 .operation').first();
    await first.locator('> summary').focus();
    await page.keyboard.press('Enter');
    expect(await first.getAttribute('open')).not.toBeNull();

    // A link to an operation opens it.
    await page.goto(`${url}/docs#PutObjectTagging`);
    await expectVisible(page, '#PutObjectTagging pre >> nth=0');
    expect(await page.locator('#PutObjectTagging pre').first().textContent()).toContain('<TagSet>');

    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

    // The policy counts: what is not the page's own does not run.
    const refused = page.waitForEvent('console');
    await page.evaluate(`document.head.append(Object.assign(document.createElement('script'), { textContent: 'document.title = "run"' }))`);
    expect((await refused).text()).toContain('Content Security Policy');
    expect(await page.title()).toBe('Zot Artifact Store API');
    expect({ complaints: complaints.filter((text) => !text.includes('Content Security Policy')), elsewhere }).toEqual({ complaints: [], elsewhere: [] });
  } finally {
    await browser.close();
  }
});

async function expectVisible(page: Page, selector: string): Promise<void> {
  await page.locator(selector).waitFor({ state: 'visible', timeout: 10_000 });
}

function focused(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement.textContent');
}

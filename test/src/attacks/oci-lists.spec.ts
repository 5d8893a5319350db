import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OCI_MANIFEST, descriptorOf, imageOf, manifestBytes, referrerOf } from '../harness/oci-artifacts.js';
import type { OciClient } from '../harness/oci-client.js';
import type { OciWorld } from '../harness/oci-world.js';
import { BASE, said, startOciAttack } from './oci-attack-world.js';

const subject = descriptorOf('subject', OCI_MANIFEST);
const LISTS: readonly (readonly [string, string])[] = [
  ['tags', `/v2/${BASE}/tags/list`],
  ['repositories', '/v2/_catalog'],
  ['manifests', `/v2/${BASE}/referrers/${subject.digest}`],
];
let world: OciWorld;
let bob: OciClient;

beforeAll(async () => {
  world = await startOciAttack();
  bob = world.bob;
  await bob.pushBlob(BASE, '{}');
  await bob.pushBlob('attacker/second', '{}');
  for (const number of ['1', '2']) await bob.putManifest(BASE, `r${number}`, referrerOf(subject, 'application/x', { number }));
});
afterAll(() => world.remove());

describe.each(LISTS)('the list of %s', (field, target) => {
  const read = async (query: string) => {
    const answer = await bob.get(`${target}?${query}`);
    const entries = answer.status === 200 ? (JSON.parse(answer.text) as Record<string, unknown[]>)[field]!.length : undefined;
    return { answer, entries, link: answer.headers.link };
  };

  it('may be asked for any number', async () => {
    const all = (await read('')).entries!;
    expect(all).toBeGreaterThanOrEqual(2);
    for (const number of ['1000000000', '9'.repeat(20), '1001']) expect([number, (await read(`n=${number}`)).entries, (await read(`n=${number}`)).link]).toEqual([number, all, undefined]);
    for (const query of ['n=0', 'n=00', 'n=0&last=a']) expect([query, (await read(query)).entries, (await read(query)).link]).toEqual([query, 0, undefined]);
    expect((await read('n=')).entries).toBe(all);
    const first = await read('n=1');
    expect([first.entries, first.link]).toEqual([1, expect.stringMatching(/^<[^>]+>; rel="next"$/)]);
    for (const bad of ['-1', '1.5', '1e3', '0x10', 'abc', '%2b1', '1%20', '%00', '٣', '9'.repeat(21), 'NaN', 'Infinity'].map((one) => (one === '٣' ? encodeURIComponent(one) : one))) {
      expect([bad, ...said((await read(`n=${bad}`)).answer)]).toEqual([bad, 400, 'PAGINATION_NUMBER_INVALID']);
    }
    expect(said((await read('n=1&n=2')).answer)).toEqual([400, 'UNSUPPORTED']);
  });

  it('goes on behind whatever text there is, and no further', async () => {
    for (const last of ['%00', 'a%0ab', '%7f', 'x'.repeat(256), '%ff', '%', 'a%0d%0aset-cookie:x']) expect([last, ...said((await read(`last=${last}`)).answer)]).toEqual([last, 400, 'UNSUPPORTED']);
    for (const last of ['~', 'zzz', '%F0%9F%98%80', 'x'.repeat(255), "'; drop table tags; --", '%25', '%5c', '..', '*', '%ef%bf%bf']) {
      const { answer, entries, link } = await read(`last=${last.includes('%') ? last : encodeURIComponent(last)}`);
      expect([last, answer.status, link]).toEqual([last, 200, undefined]);
      expect(entries).toBeLessThanOrEqual(4);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect(said((await read('last=a&last=b')).answer)).toEqual([400, 'UNSUPPORTED']);
  });

  it('is the same page for the same question, whatever else is asked', async () => {
    const plain = (await read('n=1')).answer.text;
    for (const more of ['x=y', 'N=5', 'Last=zzz', 'limit=5', 'n[]=5', '__proto__=x', 'ns=docker.io']) expect([more, (await read(`n=1&${more}`)).answer.text]).toEqual([more, plain]);
    expect(said((await read(Array.from({ length: 257 }, () => 'a=b').join('&'))).answer)).toEqual([414, 'UNSUPPORTED']);
  });

  it('leads to its pages by a Link that holds nothing of the client’s making', async () => {
    const { link } = await read('n=1&last=%3E%3B%20rel%3D%22prev%22%2C%3Chttp%3A%2F%2Fevil%2F');
    if (link === undefined) return;
    expect(link).toMatch(/^<\/v2\/[^<>" ]+>; rel="next"$/);
  });
});

it('a filter of referrers is a filter only', async () => {
  const at = LISTS[2]![1];
  for (const type of ['%27%20or%201=1--', '%25', '*', 'application/%', '%00', '__proto__', '<script>', 'a'.repeat(255)]) {
    const answer = await bob.get(`${at}?artifactType=${type === 'application/%' ? 'application/%25' : type}`);
    expect([type, answer.status === 200 ? (JSON.parse(answer.text) as { manifests: unknown[] }).manifests : answer.status]).toEqual([type, []]);
  }
  expect(said(await bob.get(`${at}?artifactType=${'a'.repeat(256)}`))).toEqual([400, 'UNSUPPORTED']);
  expect(said(await bob.get(`${at}?artifactType=a&artifactType=b`))).toEqual([400, 'UNSUPPORTED']);
});

it('annotations of a referrer come back as they were, and are nothing but text', async () => {
  const about = descriptorOf('other subject', OCI_MANIFEST);
  const annotations = { '<script>': '"</script>\u2028', __proto: '__proto__', 'a\nb': '\u0000', 'ключ': '😀' };
  const stored = manifestBytes(referrerOf(about, 'application/x', annotations));
  expect((await bob.putManifest(BASE, 'odd', stored.text)).status).toBe(201);
  const answer = await bob.get(`/v2/${BASE}/referrers/${about.digest}`);
  expect((JSON.parse(answer.text) as { manifests: { annotations: object }[] }).manifests.map((one) => one.annotations)).toEqual([annotations]);
  expect(answer.headers['content-type']).toBe('application/vnd.oci.image.index.v1+json');
  expect((await bob.putManifest(BASE, 'many', imageOf('config', ['of bob'], { subject: about, annotations: { long: 'x'.repeat(3_000_000) } }))).status).toBe(201);
  expect((await bob.putManifest(BASE, 'more', imageOf('config', ['of bob'], { subject: about, annotations: { long: 'y'.repeat(3_000_000) } }))).status).toBe(201);
  const pages = await bob.pages<{ manifests: { digest: string }[] }>(`/v2/${BASE}/referrers/${about.digest}`);
  expect([pages.length > 1, pages.flatMap(({ manifests }) => manifests).length]).toEqual([true, 3]);
});

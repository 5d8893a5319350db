import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, type AccountWorld, must, openBucket } from '../harness/account-world.js';
import { expectUnchanged } from '../harness/fingerprint.js';
import { sendForm, signPolicy } from '../harness/post-form.js';
import { textOf } from '../harness/read-xml.js';
import type { RawResponse, SignedClient } from '../harness/signed-client.js';
import { SECRET, TARGET, startAttack } from './attack-world.js';

const X = '/bombed';
let world: AccountWorld;
let alice: SignedClient;
let uploadId: string;
let etag: string;
let canary: string;

/** Operations that read XML: a good document, by its root, and how it is sent. */
interface Operation {
  readonly name: string;
  readonly document: () => string;
  readonly send: (body: Buffer) => Promise<RawResponse>;
}

const put = (target: string) => (body: Buffer) => alice.put(target, body);
const operation = (name: string, document: string | (() => string), send: (body: Buffer) => Promise<RawResponse>): Operation => ({ name, document: typeof document === 'string' ? () => document : document, send });
const acl = () => `<AccessControlPolicy><Owner><ID>${ALICE.canonicalId}</ID></Owner><AccessControlList/></AccessControlPolicy>`;
const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>';
const until = new Date(Date.now() + 86_400_000).toISOString();

const OPERATIONS: Operation[] = [
  operation('CreateBucket', '<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></CreateBucketConfiguration>', put('/bombed-new')),
  operation('PutBucketAcl', acl, put(`${X}?acl`)),
  operation('PutBucketCors', '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>', put(`${X}?cors`)),
  operation('PutObjectLockConfiguration', '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>', put(`${X}?object-lock`)),
  operation('PutBucketOwnershipControls', '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>', put(`${X}?ownershipControls`)),
  operation('PutPublicAccessBlock', '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>', put(`${X}?publicAccessBlock`)),
  operation('PutBucketRequestPayment', '<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>', put(`${X}?requestPayment`)),
  operation('PutBucketTagging', tagging, put(`${X}?tagging`)),
  operation('PutBucketVersioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>', put(`${X}?versioning`)),
  operation('PutObjectAcl', acl, put(`${X}/key?acl`)),
  operation('PutObjectLegalHold', '<LegalHold><Status>OFF</Status></LegalHold>', put(`${X}/key?legal-hold`)),
  operation('PutObjectRetention', `<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`, put(`${X}/key?retention`)),
  operation('PutObjectTagging', tagging, put(`${X}/key?tagging`)),
  operation('DeleteObjects', '<Delete><Object><Key>none</Key></Object></Delete>', (body) => alice.post(`${X}?delete`, body, { 'content-md5': crypto.hash('md5', body, 'base64') })),
  operation('CompleteMultipartUpload', () => `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`, (body) => alice.post(`${X}/parts?uploadId=${uploadId}`, body)),
  operation('PostObject, its tags', tagging, (body) => {
    const fields = { key: 'posted', tagging: body.toString() };
    return sendForm(world.nobody, X, { ...fields, ...signPolicy([{ bucket: X.slice(1) }, { key: 'posted' }, ['starts-with', '$tagging', '']], ALICE.keys) });
  }),
];

beforeAll(async () => {
  world = await startAttack();
  ({ alice } = world);
  await openBucket(alice, X, 'ObjectWriter', { 'x-amz-bucket-object-lock-enabled': 'true' });
  await must(alice.put(`${X}/key`, 'x'));
  uploadId = textOf((await must(alice.post(`${X}/parts?uploads`))).text, 'UploadId')!;
  etag = String((await must(alice.put(`${X}/parts?partNumber=1&uploadId=${uploadId}`, 'part'))).headers.etag);
  canary = path.join(world.server.dataDir, 'canary.txt');
  await fs.writeFile(canary, SECRET);
});
afterAll(() => world.remove());

const inside = (document: string, more: string) => document.replace(/^<(\w+)>/, (root) => root + more);
const withDoctype = (document: string, name: string, subset: string, use: string) => `<!DOCTYPE ${name} [${subset}]>${inside(document, use)}`;
const rootOf = (document: string) => /^<(\w+)/.exec(document)![1]!;

const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');

const BOMBS: [string, (document: string) => string | Buffer][] = [
  ['a billion laughs', (document) => withDoctype(document, rootOf(document), `<!ENTITY l0 "ha">${laughs}`, '<x>&l9;</x>')],
  ['a quadratic blow-up', (document) => withDoctype(document, rootOf(document), `<!ENTITY a "${'a'.repeat(5000)}">`, `<x>${'&a;'.repeat(2000)}</x>`)],
  ['a file', (document) => withDoctype(document, rootOf(document), `<!ENTITY a SYSTEM "file://${canary}">`, '<x>&a;</x>')],
  ['an address', (document) => withDoctype(document, rootOf(document), `<!ENTITY a SYSTEM "${world.server.url}/health">`, '<x>&a;</x>')],
  ['a parameter entity', (document) => `<!DOCTYPE x [<!ENTITY % a SYSTEM "file://${canary}"> %a;]>${document}`],
  ['an external subset', (document) => `<!DOCTYPE x SYSTEM "file://${canary}">${document}`],
  ['an empty document type', (document) => `<!DOCTYPE x>${document}`],
  ['an unknown entity', (document) => inside(document, '<x>&xxe;</x>')],
  ['a character that is none', (document) => inside(document, '<x>&#x110000;</x>')],
  ['a zero character', (document) => inside(document, '<x>&#0;</x>')],
  ['an included file', (document) => inside(document, `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="file://${canary}"/>`)],
  ['twenty thousand levels', (document) => inside(document, `${'<x>'.repeat(20_000)}${'</x>'.repeat(20_000)}`)],
  ['twenty levels', (document) => inside(document, `${'<x>'.repeat(20)}${'</x>'.repeat(20)}`)],
  ['a huge attribute', (document) => inside(document, `<x a="${'a'.repeat(200_000)}"/>`)],
  ['ten thousand attributes', (document) => inside(document, `<x ${Array.from({ length: 10_000 }, (_, i) => `a${i}=""`).join(' ')}/>`)],
  ['an attribute twice', (document) => inside(document, '<x a="1" a="2"/>')],
  ['a huge name', (document) => inside(document, `<${'x'.repeat(200_000)}/>`)],
  // Beyond what the parser takes where documents are long, else beyond what any is.
  ['many elements', (document) => inside(document, '<x/>'.repeat(/^<(Delete|Complete|AccessControl)/.test(document) ? 210_000 : 20_000))],
  ['a huge text outside', (document) => `${document}${'x'.repeat(1000)}`],
  ['two roots', (document) => document + document],
  ['no end', (document) => document.slice(0, -3)],
  ['wrong nesting', (document) => inside(document, '<a><b></a></b>')],
  ['another root', (document) => document.replaceAll(rootOf(document), 'Other')],
  ['UTF-16', (document) => Buffer.from(`\ufeff${document}`, 'utf16le')],
  ['bytes that are no UTF-8', (document) => Buffer.concat([Buffer.from(document.slice(0, -3)), Buffer.from([0xff, 0xfe]), Buffer.from(document.slice(-3))])],
  ['JSON', () => '{"a": 1}'],
];

describe('XML', () => {
  // Whatever is honest must pass, or else the refusals below prove nothing; undone by the next test's world.
  it.each(OPERATIONS.map((one) => [one.name, one] as const))('honest: %s', async (_, { document, send }) => {
    const plain = document();
    const variants = [plain, `<?xml version="1.0" encoding="UTF-8"?>\n<!-- a comment -->${plain.replace('>', ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')}`];
    for (const text of variants) expect((await send(Buffer.from(text))).status).toBeLessThan(300);
    await alice.delete('/bombed-new');
  });

  it.each(OPERATIONS.map((one) => [one.name, one] as const))('%s refuses every bomb, and nothing changes', async (name, { document, send }) => {
    await expectUnchanged(world.accounts, async () => {
      const answers = [];
      for (const [what, bomb] of BOMBS) {
        const bytes = Buffer.from(bomb(document()) as string);
        const inForm = name.startsWith('PostObject');
        const answer = await send(bytes);
        expect([what, answer.text.includes(SECRET)]).toEqual([what, false]);
        // A form's fields have a limit of their own, which is met first.
        const tooLarge = inForm && answer.code === 'MaxPostPreDataLengthExceededError' && bytes.length > 10_000;
        answers.push([what, tooLarge ? 400 : answer.status, tooLarge ? 'MalformedXML' : answer.code?.replace(/^MalformedACLError$/, 'MalformedXML')]);
      }
      // What is not text at all cannot be a field of a form.
      expect(answers.map(([what, status, code]) => [what, status, code === 'MalformedPOSTRequest' || code === 'MaxMessageLengthExceeded' ? 'MalformedXML' : code])).toEqual(BOMBS.map(([what]) => [what, 400, 'MalformedXML']));
    });
    expect((await alice.get(`${TARGET}/secret`)).text).toBe(SECRET);
  });
});

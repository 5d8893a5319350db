import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '../harness/account-world.js';
import { textOf, textsOf } from '../harness/read-xml.js';
import { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';

const B = '/versions-bucket';
let server: ServerProcess;
let client: SignedClient;

const setVersioning = (bucket: string, status: string) =>
  client.put(`${bucket}?versioning`, `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`);

beforeAll(async () => {
  server = await ServerProcess.start({ config: { log: { level: 'error' } } });
  client = new SignedClient(server.url);
  await must(client.put(B));
  await must(setVersioning(B, 'Enabled'));
});
afterAll(async () => {
  client.close();
  await server.remove();
});

async function store(target: string, body: string): Promise<string> {
  return String((await must(client.put(target, body))).headers['x-amz-version-id']);
}

/** Key, version, is latest, is marker: one row a version, in the order of the listing. */
async function versionsOf(target: string) {
  const { text } = await must(client.get(target));
  return [...text.matchAll(/<(Version|DeleteMarker)>([^]*?)<\/\1>/g)].map(([, kind, row = '']) => [
    textOf(row, 'Key'),
    textOf(row, 'VersionId'),
    textOf(row, 'IsLatest') === 'true',
    kind === 'DeleteMarker',
  ]);
}

describe('the state of a bucket', () => {
  it('is absent, then enabled, then suspended, and never off again', async () => {
    await must(client.put('/versions-state'));
    expect(textOf((await client.get('/versions-state?versioning')).text, 'Status')).toBeUndefined();
    for (const status of ['Enabled', 'Suspended', 'Enabled']) {
      expect((await setVersioning('/versions-state', status)).status).toBe(200);
      expect(textOf((await client.get('/versions-state?versioning')).text, 'Status')).toBe(status);
    }
    for (const [body, code] of [
      ['<VersioningConfiguration><Status>Off</Status></VersioningConfiguration>', 'MalformedXML'],
      ['<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>', 'MalformedXML'],
      ['<VersioningConfiguration/>', 'IllegalVersioningConfigurationException'],
    ] as const) {
      expect((await client.put('/versions-state?versioning', body)).code).toBe(code);
    }
    expect(textOf((await client.get('/versions-state?versioning')).text, 'Status')).toBe('Enabled');
  });

  it('does not show versions of a bucket that never had them', async () => {
    await must(client.put('/versions-never'));
    expect((await client.put('/versions-never/key', 'x')).headers).not.toHaveProperty('x-amz-version-id');
    expect((await client.get('/versions-never/key')).headers).not.toHaveProperty('x-amz-version-id');
    expect((await client.get('/versions-never/key?versionId=null')).text).toBe('x');
    const deleted = await client.delete('/versions-never/key');
    expect([deleted.status, deleted.headers['x-amz-version-id'], deleted.headers['x-amz-delete-marker']]).toEqual([204, undefined, undefined]);
  });
});

describe('versions', () => {
  it('each write makes one, and each can be read, copied and deleted alone', async () => {
    const ids: string[] = [];
    for (const body of ['one', 'two', 'three']) ids.push(await store(`${B}/each`, body));
    expect(new Set(ids).size).toBe(3);
    const now = await client.get(`${B}/each`);
    expect([now.text, now.headers['x-amz-version-id']]).toEqual(['three', ids[2]]);
    for (const [i, body] of ['one', 'two', 'three'].entries()) {
      const read = await client.get(`${B}/each?versionId=${ids[i]}`);
      expect([read.text, read.headers['x-amz-version-id'], read.headers.etag]).toEqual([body, ids[i], `"${crypto.hash('md5', body)}"`]);
      expect((await client.head(`${B}/each?versionId=${ids[i]}`)).headers['content-length']).toBe(String(body.length));
    }
    const copied = await client.put(`${B}/each-copied`, undefined, { 'x-amz-copy-source': `${B}/each?versionId=${ids[0]}` });
    expect(copied.headers['x-amz-copy-source-version-id']).toBe(ids[0]);
    expect(await versionsOf(`${B}?versions&prefix=each-copied`)).toEqual([['each-copied', copied.headers['x-amz-version-id'], true, false]]);
    expect((await client.get(`${B}/each-copied`)).text).toBe('one');
    const removed = await client.delete(`${B}/each?versionId=${ids[2]}`);
    expect([removed.status, removed.headers['x-amz-version-id'], removed.headers['x-amz-delete-marker']]).toEqual([204, ids[2], undefined]);
    expect((await client.get(`${B}/each`)).text).toBe('two');
    expect(await versionsOf(`${B}?versions&prefix=each&delimiter=-`)).toEqual([['each', ids[1], true, false], ['each', ids[0], false, false]]);
  });

  it('an old version put back by copying it over itself is a new one', async () => {
    const old = await store(`${B}/back`, 'old');
    await store(`${B}/back`, 'new');
    const restored = await must(client.put(`${B}/back`, undefined, { 'x-amz-copy-source': `${B}/back?versionId=${old}` }));
    expect(restored.headers['x-amz-version-id']).not.toBe(old);
    expect((await client.get(`${B}/back`)).text).toBe('old');
    expect(await versionsOf(`${B}?versions&prefix=back`)).toHaveLength(3);
  });

  it('Complete makes one too', async () => {
    const id = textOf((await client.post(`${B}/parts?uploads`)).text, 'UploadId');
    const { headers } = await client.put(`${B}/parts?partNumber=1&uploadId=${id}`, 'part');
    const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    const done = await client.post(`${B}/parts?uploadId=${id}`, list);
    expect(await versionsOf(`${B}?versions&prefix=parts`)).toEqual([['parts', done.headers['x-amz-version-id'], true, false]]);
  });

  it.each([
    ['GET', 'nonsense', 400, 'InvalidArgument'],
    ['GET', '', 400, 'InvalidArgument'],
    ['DELETE', 'nonsense', 400, 'InvalidArgument'],
    ['DELETE', '', 400, 'InvalidArgument'],
  ])('%s of the version "%s" is refused', async (method, id, status, code) => {
    const before = await store(`${B}/named`, 'named');
    const answer = await client.call(method, `${B}/named?versionId=${id}`);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect((await client.get(`${B}/named`)).headers['x-amz-version-id']).toBe(before);
  });

  it('a version that is gone, or is another key’s, is NoSuchVersion', async () => {
    const [gone, others] = [await store(`${B}/gone`, '1'), await store(`${B}/others`, '2')];
    await client.delete(`${B}/gone?versionId=${gone}`);
    for (const id of [gone, others]) {
      const answer = await client.get(`${B}/gone?versionId=${id}`);
      expect([answer.status, answer.code, textOf(answer.text, 'VersionId'), textOf(answer.text, 'Key')]).toEqual([404, 'NoSuchVersion', id, 'gone']);
    }
    expect((await client.delete(`${B}/gone?versionId=${gone}`)).status).toBe(204);
  });
});

describe('delete markers', () => {
  it('hide the object until they are deleted themselves', async () => {
    const id = await store(`${B}/marked`, 'kept');
    const deleted = await client.delete(`${B}/marked`);
    const marker = String(deleted.headers['x-amz-version-id']);
    expect([deleted.status, deleted.headers['x-amz-delete-marker'], marker === id]).toEqual([204, 'true', false]);
    const hidden = await client.get(`${B}/marked`);
    expect([hidden.status, hidden.code, hidden.headers['x-amz-delete-marker'], hidden.headers['x-amz-version-id']]).toEqual([404, 'NoSuchKey', 'true', marker]);
    expect(textsOf((await client.get(`${B}?list-type=2&prefix=marked`)).text, 'Key')).toEqual([]);
    for (const method of ['GET', 'HEAD']) {
      const named = await client.call(method, `${B}/marked?versionId=${marker}`);
      expect([method, named.status, named.headers['x-amz-delete-marker'], named.headers.allow]).toEqual([method, 405, 'true', 'DELETE']);
      expect(named.headers['last-modified']).toEqual(expect.any(String));
    }
    expect((await client.get(`${B}/marked?versionId=${id}`)).text).toBe('kept');
    expect(await versionsOf(`${B}?versions&prefix=marked`)).toEqual([['marked', marker, true, true], ['marked', id, false, false]]);
    const unmarked = await client.delete(`${B}/marked?versionId=${marker}`);
    expect([unmarked.status, unmarked.headers['x-amz-delete-marker'], unmarked.headers['x-amz-version-id']]).toEqual([204, 'true', marker]);
    expect((await client.get(`${B}/marked`)).text).toBe('kept');
  });

  it('are made for keys that were never there, and twice', async () => {
    const markers = [await client.delete(`${B}/never`), await client.delete(`${B}/never`)].map(({ headers }) => headers['x-amz-version-id']);
    expect(await versionsOf(`${B}?versions&prefix=never`)).toEqual([['never', markers[1], true, true], ['never', markers[0], false, true]]);
  });

  it('count as absence in conditions', async () => {
    await store(`${B}/condition`, '1');
    await client.delete(`${B}/condition`);
    expect((await client.put(`${B}/condition`, '2', { 'if-match': `"${crypto.hash('md5', '1')}"` })).code).toBe('NoSuchKey');
    expect((await client.put(`${B}/condition`, '2', { 'if-none-match': '*' })).status).toBe(200);
    expect((await client.put(`${B}/condition`, '3', { 'if-none-match': '*' })).code).toBe('PreconditionFailed');
  });

  it('are told by DeleteObjects', async () => {
    const id = await store(`${B}/many`, 'x');
    const marked = await client.deleteMany(B, '<Object><Key>many</Key></Object>');
    const marker = textOf(marked.text, 'DeleteMarkerVersionId');
    expect([textOf(marked.text, 'DeleteMarker'), textOf(marked.text, 'VersionId')]).toEqual(['true', undefined]);
    const both = await client.deleteMany(B, [marker, id].map((version) => `<Object><Key>many</Key><VersionId>${version}</VersionId></Object>`).join(''));
    const rows = textsOf(both.text, 'Deleted').map((row) => [textOf(row, 'VersionId'), textOf(row, 'DeleteMarker'), textOf(row, 'DeleteMarkerVersionId')]);
    expect(rows).toEqual([[marker, 'true', marker], [id, undefined, undefined]]);
    expect(await versionsOf(`${B}?versions&prefix=many`)).toEqual([]);
  });
});

describe('a suspended bucket', () => {
  const S = '/versions-suspended';

  it('has one null version a key, and keeps the others', async () => {
    await must(client.put(S));
    await must(client.put(`${S}/key`, 'before'));
    await must(setVersioning(S, 'Enabled'));
    const numbered = await store(`${S}/key`, 'numbered');
    await must(setVersioning(S, 'Suspended'));
    for (const body of ['null 1', 'null 2']) await must(client.put(`${S}/key`, body));
    expect(await versionsOf(`${S}?versions`)).toEqual([['key', 'null', true, false], ['key', numbered, false, false]]);
    expect((await client.get(`${S}/key?versionId=null`)).text).toBe('null 2');
    const shown = await client.get(`${S}/key`);
    expect([shown.text, shown.headers['x-amz-version-id']]).toEqual(['null 2', 'null']);
    const deleted = await client.delete(`${S}/key`);
    expect([deleted.headers['x-amz-delete-marker'], deleted.headers['x-amz-version-id']]).toEqual(['true', 'null']);
    expect(await versionsOf(`${S}?versions`)).toEqual([['key', 'null', true, true], ['key', numbered, false, false]]);
    expect((await client.delete(`${S}/key?versionId=null`)).headers['x-amz-delete-marker']).toBe('true');
    expect((await client.get(`${S}/key`)).text).toBe('numbered');
  });

  it('is not empty while a version or a marker is there', async () => {
    expect((await client.delete(S)).code).toBe('BucketNotEmpty');
    await client.delete(`${S}/key`);
    expect(textsOf((await client.get(`${S}?list-type=2`)).text, 'Key')).toEqual([]);
    expect((await client.delete(S)).code).toBe('BucketNotEmpty');
    for (const [key, id] of await versionsOf(`${S}?versions`)) await must(client.delete(`${S}/${String(key)}?versionId=${String(id)}`));
    expect((await client.delete(S)).status).toBe(204);
  });
});

describe('the listing of versions', () => {
  const L = '/versions-listed';

  it('pages through all, newest first, also behind a version that is gone', async () => {
    await must(client.put(L));
    await must(setVersioning(L, 'Enabled'));
    for (const key of ['a', 'b/1', 'b/2', 'c']) for (const body of ['1', '2', '3']) await store(`${L}/${key}`, body);
    await must(client.delete(`${L}/c`));
    const whole = await versionsOf(`${L}?versions`);
    expect(whole.map(([key]) => key).join(' ')).toBe('a a a b/1 b/1 b/1 b/2 b/2 b/2 c c c c');
    for (const size of [1, 2, 5]) {
      const pages = [];
      for (let next = ''; ; ) {
        const { text } = await client.get(`${L}?versions&max-keys=${size}${next}`);
        pages.push(...(await versionsOf(`${L}?versions&max-keys=${size}${next}`)));
        if (textOf(text, 'IsTruncated') !== 'true') break;
        next = `&key-marker=${encodeURIComponent(textOf(text, 'NextKeyMarker')!)}&version-id-marker=${textOf(text, 'NextVersionIdMarker')}`;
      }
      expect(pages).toEqual(whole);
    }
    const [, middle] = whole;
    await must(client.delete(`${L}/a?versionId=${String(middle![1])}`));
    expect(await versionsOf(`${L}?versions&key-marker=a&version-id-marker=${String(middle![1])}`)).toEqual(whole.slice(2));
    const folded = await client.get(`${L}?versions&delimiter=%2F`);
    expect([textsOf(folded.text, 'CommonPrefixes'), textOf(folded.text, 'Delimiter')]).toEqual([['<Prefix>b/</Prefix>'], '/']);
    expect((await client.get(`${L}?versions&version-id-marker=${String(middle![1])}`)).code).toBe('InvalidArgument');
  });
});

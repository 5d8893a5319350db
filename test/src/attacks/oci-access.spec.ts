import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OCI_INDEX, OCI_MANIFEST, descriptorOf, digestOf, imageOf, indexOf, manifestBytes } from '../harness/oci-artifacts.js';
import type { OciAnswer, OciClient } from '../harness/oci-client.js';
import type { OciWorld } from '../harness/oci-world.js';
import { SERVICE, askToken, challengeOf, tokenOf, withToken } from '../harness/oci-token.js';
import { BASE, SECRET, SHARED, TARGET, expectUntouched, said, startOciAttack } from './oci-attack-world.js';

const secret = digestOf(SECRET);
const empty = { headers: { 'content-length': '0' } };
let world: OciWorld;

beforeAll(async () => {
  world = await startOciAttack();
});
afterAll(() => world.remove());

const mount = (who: OciClient, target: string, query: string) => who.send('POST', `/v2/${target}/blobs/uploads/?${query}`, empty);
const push = (name: string) => `repository:${name}:pull,push`;

describe('a mount', () => {
  it('takes nothing from where its caller may not read', async () => {
    await expectUntouched(world, async () => {
      const tries: [OciClient, string, string][] = [
        [world.bob, BASE, `from=${TARGET}&mount=${secret}`],
        [world.bob, BASE, `mount=${secret}`],
        [world.arthur, SHARED, `from=${TARGET}&mount=${secret}`],
        [world.arthur, SHARED, `mount=${secret}`],
        [await withToken(world.arthur, push(SHARED), `repository:${TARGET}:pull`), SHARED, `from=${TARGET}&mount=${secret}`],
        [await withToken(world.arthur, push(SHARED), `repository:${TARGET}:*`), SHARED, `mount=${secret}`],
      ];
      for (const [who, target, query] of tries) {
        expect([query, said(await mount(who, target, query))]).toEqual([query, [202]]);
        expect((await world.alice.head(`/v2/${SHARED}/blobs/${secret}`)).status).toBe(404);
        expect((await world.bob.head(`/v2/${BASE}/blobs/${secret}`)).status).toBe(404);
      }
    });
  });

  it('by a token that does not know its source asks for one that does', async () => {
    const token = await withToken(world.alice, push(SHARED));
    const answer = await mount(token, SHARED, `from=${TARGET}&mount=${secret}`);
    expect([...said(answer), challengeOf(answer)['error'], challengeOf(answer)['scope']]).toEqual([401, 'UNAUTHORIZED', 'insufficient_scope', `repository:${SHARED}:pull,push repository:${TARGET}:pull`]);
    for (const from of ['nowhere/app', SHARED.toUpperCase()]) expect((await mount(token, SHARED, `from=${from}&mount=${secret}`)).status).not.toBe(201);
    expect((await world.alice.head(`/v2/${SHARED}/blobs/${secret}`)).status).toBe(404);
  });

  it('by a token to pull only, or of another target, pushes nothing', async () => {
    for (const scope of [`repository:${SHARED}:pull`, push(TARGET), push('shared/other')]) {
      const answer = await mount(await withToken(world.alice, scope, `repository:${TARGET}:pull`), SHARED, `from=${TARGET}&mount=${secret}`);
      expect([scope, ...said(answer)]).toEqual([scope, 401, 'UNAUTHORIZED']);
    }
    expect((await world.alice.head(`/v2/${SHARED}/blobs/${secret}`)).status).toBe(404);
  });
});

describe('a token', () => {
  const list = `/v2/${SHARED}/tags/list`;
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const decode = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
  const sign = (head: unknown, claims: unknown, key: crypto.BinaryLike, hash = 'sha256') => {
    const text = `${encode(head)}.${encode(claims)}`;
    return `${text}.${crypto.createHmac(hash, key).update(text).digest('base64url')}`;
  };

  it('that this server did not make opens nothing', async () => {
    const { token } = tokenOf(await askToken(world.alice, [push(SHARED)]));
    const [first, second, mark] = token.split('.') as [string, string, string];
    const [head, claims] = [decode(first), decode(second)];
    expect((await world.nobody.as(`Bearer ${token}`).get(list)).status).toBe(200);
    const all = { ...claims, access: [{ type: 'repository', name: TARGET, actions: ['*'] }] };
    const bad: Record<string, string> = {
      'no algorithm': `${encode({ ...head, alg: 'none' })}.${second}.`,
      'no algorithm, in other spelling': `${encode({ ...head, alg: 'NoNe' })}.${second}.`,
      'no algorithm, but the mark': `${encode({ ...head, alg: 'none' })}.${second}.${mark}`,
      'no mark': `${first}.${second}.`,
      'claims of another': `${first}.${encode({ ...claims, sub: String(claims['sub']).replace('alice', 'root') })}.${mark}`,
      'more scope': `${first}.${encode(all)}.${mark}`,
      'longer life': `${first}.${encode({ ...claims, exp: Number(claims['exp']) + 9999 })}.${mark}`,
      'an empty key': sign(head, all, ''),
      'another key': sign(head, all, 'another key of thirty-two bytes.'),
      'its key id as key': sign(head, all, String(head['kid'])),
      'another algorithm': sign({ ...head, alg: 'HS512' }, all, '', 'sha512'),
      'no key id': sign({ ...head, kid: undefined }, all, ''),
      'a key id that is a path': sign({ ...head, kid: '../../../../dev/null' }, all, ''),
      'a key id that is no text': sign({ ...head, kid: { toString: 1 } }, all, ''),
      'a key id of every object': sign({ ...head, kid: '__proto__' }, all, ''),
      'a key of its own': sign({ ...head, jwk: { kty: 'oct', k: 'AAAA' }, jku: 'http://127.0.0.1:1/' }, all, Buffer.from('AAAA', 'base64')),
      'critical extensions': `${encode({ ...head, crit: ['x'], x: 1 })}.${second}.${mark}`,
      'five parts': `${token}.x.y`,
      'no JSON': `${Buffer.from('{').toString('base64url')}.${second}.${mark}`,
      'no claims': `${first}..${mark}`,
      'dots only': '..',
      'great length': `${first}.${'A'.repeat(9000)}.${mark}`,
    };
    for (const [what, forged] of Object.entries(bad)) {
      for (const target of [list, `/v2/${TARGET}/manifests/v1`, '/v2/', '/v2/_catalog']) {
        const answer = await world.nobody.as(`Bearer ${forged}`).get(target);
        expect([what, target, ...said(answer), challengeOf(answer)['error']]).toEqual([what, target, 401, 'UNAUTHORIZED', 'invalid_token']);
      }
    }
  });

  it('of another server, with the same people, opens nothing', async () => {
    const other = await startOciAttack();
    try {
      const token = await withToken(other.alice, push(TARGET));
      expect((await token.get(`/v2/${TARGET}/manifests/v1`)).status).toBe(200);
      expect(said(await world.nobody.as(token.authorization).get(`/v2/${TARGET}/manifests/v1`))).toEqual([401, 'UNAUTHORIZED']);
    } finally {
      await other.remove();
    }
  });

  it('for another service is not made', async () => {
    for (const service of ['registry.docker.io', SERVICE.toUpperCase(), `${SERVICE} `, '../x']) expect(said(await world.alice.get(`/token?service=${encodeURIComponent(service)}&scope=${push(SHARED)}`))).toEqual([400, 'UNSUPPORTED']);
  });

  it('is taken from its header only', async () => {
    const { token } = tokenOf(await askToken(world.alice, [push(SHARED)]));
    for (const target of [`${list}?access_token=${token}`, `${list}?token=${token}`]) expect((await world.nobody.get(target)).status).toBe(401);
    expect((await world.nobody.get(list, { cookie: `token=${token}`, 'x-auth-token': token })).status).toBe(401);
    expect((await world.nobody.as(`Basic ${Buffer.from(`<token>:${token}`).toString('base64')}`).get(list)).status).toBe(401);
  });

  it('is no key to the rest of the server', async () => {
    const { token, refresh_token: refresh } = tokenOf(await askToken(world.root, ['registry:catalog:*', push(SHARED)], '&offline_token=true'));
    for (const one of [token, refresh!]) {
      for (const target of ['/admin/config', '/admin/oci/collection', '/', '/some-bucket/key']) expect([target, (await world.nobody.as(`Bearer ${one}`).get(target)).status >= 400]).toEqual([target, true]);
    }
    expect((await world.nobody.as(`Bearer ${token}`).get('/token')).status).toBe(401);
  });

  it('reaches no further than it says', async () => {
    const token = await withToken(world.alice, `repository:${SHARED}:pull`);
    await expectUntouched(world, async () => {
      for (const [method, target] of [
        ['GET', `/v2/${TARGET}/manifests/v1`], ['GET', `/v2/${TARGET}/tags/list`], ['GET', `/v2/${TARGET}/blobs/${secret}`], ['GET', `/v2/${TARGET}/referrers/${secret}`], ['POST', `/v2/${SHARED}/blobs/uploads/`],
        ['PUT', `/v2/${SHARED}/manifests/v1`], ['DELETE', `/v2/${SHARED}/manifests/v1`], ['DELETE', `/v2/${SHARED}/blobs/${digestOf('config')}`], ['GET', '/v2/shared/apple/tags/list'], ['GET', '/v2/shared/app/more/tags/list'], ['GET', '/v2/shared/tags/list'],
      ] as const) {
        const answer = await token.send(method, target, method === 'GET' ? {} : { body: '' });
        expect([method, target, ...said(answer), challengeOf(answer)['error']]).toEqual([method, target, 401, 'UNAUTHORIZED', 'insufficient_scope']);
      }
    });
  });

  it('shows no names but those that it is for, unless it is for all', async () => {
    const names = async (who: OciClient) => (await who.pages<{ repositories: string[] }>('/v2/_catalog')).flatMap(({ repositories }) => repositories);
    expect(await names(world.alice)).toEqual([TARGET, SHARED]);
    expect(await names(await withToken(world.alice, 'registry:catalog:*'))).toEqual([TARGET, SHARED]);
    const answer = await (await withToken(world.alice, `repository:${SHARED}:pull`)).get('/v2/_catalog');
    expect([...said(answer), challengeOf(answer)['error'], challengeOf(answer)['scope']]).toEqual([401, 'UNAUTHORIZED', 'insufficient_scope', 'registry:catalog:*']);
  });
});

/** What an answer tells, but for what differs each time and what names the request itself. */
function told({ status, headers, text }: OciAnswer, ...names: readonly string[]): string {
  const shown = Object.entries(headers).filter(([name]) => name !== 'date');
  return names.reduce((all, name) => all.replaceAll(name, '<name>'), JSON.stringify([status, shown, text])).replace(/[0-9a-z]{32}(?=["\\])/g, '<id>');
}

describe('what is there and may not be seen', () => {
  it('is told as what is not there, to who may make nothing', async () => {
    const tokenFor = async (name: string) => withToken(world.arthur, `repository:${name}:pull,push`);
    const [there, gone] = [TARGET, 'attacked/non'];
    for (const [who, other] of [[world.nobody, world.nobody], [world.arthur, world.arthur], [await tokenFor(there), await tokenFor(gone)]] as const) {
      for (const [method, rest] of [
        ['GET', 'tags/list'], ['GET', 'manifests/v1'], ['HEAD', 'manifests/v1'], ['GET', 'manifests/none'], ['GET', `blobs/${secret}`], ['HEAD', `blobs/${secret}`], ['GET', `referrers/${secret}`], ['DELETE', 'manifests/v1'],
        ['DELETE', `blobs/${secret}`], ['POST', 'blobs/uploads/'], ['POST', `blobs/uploads/?mount=${secret}`], ['GET', `blobs/uploads/${'a'.repeat(32)}`], ['PATCH', `blobs/uploads/${'a'.repeat(32)}`], ['PUT', 'manifests/v1'],
      ] as const) {
        const body = method === 'GET' || method === 'HEAD' ? undefined : '';
        const [seen, unseen] = [await who.send(method, `/v2/${there}/${rest}`, { body }), await other.send(method, `/v2/${gone}/${rest}`, { body })];
        expect([method, rest, told(seen, there)]).toEqual([method, rest, told(unseen, gone)]);
        expect([401, 403]).toContain(seen.status);
      }
    }
  });

  it('is no blob, no manifest and no subject of one’s own repository', async () => {
    const other = digestOf('a layer that nobody has at all.');
    for (const [who, repository] of [[world.bob, BASE], [world.arthur, SHARED]] as const) {
      for (const method of ['GET', 'HEAD', 'DELETE']) {
        for (const rest of ['blobs', 'manifests']) {
          const [seen, unseen] = [await who.send(method, `/v2/${repository}/${rest}/${secret}`), await who.send(method, `/v2/${repository}/${rest}/${other}`)];
          expect([method, rest, told(seen, secret)]).toEqual([method, rest, told(unseen, other)]);
        }
      }
      for (const query of ['mount=', `from=${TARGET}&mount=`, 'digest=']) {
        const [seen, unseen] = [await who.send('POST', `/v2/${repository}/blobs/uploads/?${query}${secret}`, empty), await who.send('POST', `/v2/${repository}/blobs/uploads/?${query}${other}`, empty)];
        expect([query, told(seen, secret)]).toEqual([query, told(unseen, other)]);
      }
      const image = (layer: string) => who.putManifest(repository, 'probe', imageOf('config', [layer]));
      const [seen, unseen] = [await image(SECRET), await image('a layer that nobody has at all.')];
      expect(told(seen, secret)).toEqual(told(unseen, other));
      const theirs = manifestBytes(imageOf('config', [SECRET]));
      const index = async (one: { digest: string }) => said(await who.putManifest(repository, 'probe', indexOf([{ mediaType: OCI_MANIFEST, size: theirs.descriptor.size, ...one }]), OCI_INDEX));
      expect(await index({ digest: theirs.digest })).toEqual(await index({ digest: digestOf('no manifest') }));
    }
  });

  it('is in no catalog, however one asks', async () => {
    const nobody = await withToken(world.nobody, 'registry:catalog:*');
    for (const query of ['', '?n=1', '?n=1000', '?last=attacke', '?last=attacked/ap', '?n=1&last=a']) {
      expect([query, await world.bob.pages(`/v2/_catalog${query}`)]).toEqual([query, [{ repositories: [BASE] }]]);
      expect([query, await world.arthur.pages(`/v2/_catalog${query}`)]).toEqual([query, [{ repositories: [SHARED] }]]);
      expect([query, await nobody.pages(`/v2/_catalog${query}`)]).toEqual([query, [{ repositories: [] }]]);
    }
  });

  it('is not learnt from the size that a manifest claims', async () => {
    for (const size of [SECRET.length, 1]) expect(said(await world.bob.putManifest(BASE, 'probe', imageOf('config', [], { layers: [{ ...descriptorOf(SECRET, 'application/x'), size }] })))).toEqual([404, 'MANIFEST_BLOB_UNKNOWN']);
  });
});

describe('somebody else’s upload', () => {
  it('is none, in whatever repository and by whatever method', async () => {
    const at = await world.alice.startUpload(SHARED);
    await world.alice.send('PATCH', at, { body: 'of alice,' });
    const id = at.slice(at.lastIndexOf('/') + 1);
    for (const [who, place, expected] of [
      [world.arthur, at, [404, 'BLOB_UPLOAD_UNKNOWN']],
      [await withToken(world.arthur, push(SHARED)), at, [404, 'BLOB_UPLOAD_UNKNOWN']],
      [world.bob, `/v2/${BASE}/blobs/uploads/${id}`, [404, 'BLOB_UPLOAD_UNKNOWN']],
      [world.alice, `/v2/${TARGET}/blobs/uploads/${id}`, [404, 'BLOB_UPLOAD_UNKNOWN']],
      [world.bob, at, [403, 'DENIED']],
      [world.nobody, at, [401, 'UNAUTHORIZED']],
    ] as const) {
      const tries = [who.get(place), who.send('PATCH', place, { body: 'poison' }), who.send('PUT', `${place}?digest=${digestOf('of alice,')}`, { body: '' }), who.send('PUT', `${place}?digest=${digestOf('of alice,poison')}`, { body: 'poison' }), who.delete(place)];
      for (const answer of await Promise.all(tries)) expect([place, said(answer)]).toEqual([place, expected]);
    }
    expect((await world.alice.get(at)).headers.range).toBe('0-8');
    expect((await world.alice.send('PUT', `${at}?digest=${digestOf('of alice,done')}`, { body: 'done' })).status).toBe(201);
  });

  it('has an id that is not guessed', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, async () => (await world.bob.startUpload(BASE)).split('/').at(-1)!));
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(id).toMatch(/^[0-9a-z]{32}$/);
    // Nothing in common: neither a counter nor the time.
    for (let i = 0; i < 32; i++) expect(new Set(ids.map((id) => id[i])).size).toBeGreaterThan(8);
    const [one] = ids as [string];
    for (const guess of [one.toUpperCase(), `${one} `, `${one}%00`, one.slice(0, 31), `${one}0`, '%', '..', '*', `${one}?`, "' or 1=1--", '0', 'null', 'x'.repeat(129), 'a'.repeat(32)]) {
      expect([guess, ...said(await world.bob.get(`/v2/${BASE}/blobs/uploads/${encodeURIComponent(guess)}`))]).toEqual([guess, 404, 'BLOB_UPLOAD_UNKNOWN']);
    }
  });
});

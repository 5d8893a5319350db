import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALICE, ARTHUR } from '../harness/account-world.js';
import { imageOf } from '../harness/oci-artifacts.js';
import type { OciAnswer } from '../harness/oci-client.js';
import { OciWorld, allow, policy } from '../harness/oci-world.js';
import { SERVICE, askToken, challengeOf, postToken, tokenOf, withToken } from '../harness/oci-token.js';

const PULLS = ['oci:DescribeRepository', 'oci:Get*', 'oci:List*'];
const OPEN = { oci: { anonymous: [{ repositories: 'open/*', actions: ['pull'] }, { repositories: 'drop/*', actions: ['pull', 'push'] }] } };
const TAGS = '/v2/tokens/app/tags/list';
let world: OciWorld;

beforeAll(async () => {
  world = await OciWorld.start(OPEN, [policy(allow(PULLS, 'tokens/*'))]);
  for (const repository of ['tokens/app', 'open/app', 'closed/app']) {
    for (const bytes of ['config', 'layer']) await world.alice.pushBlob(repository, bytes);
    await world.alice.putManifest(repository, 'v1', imageOf('config', ['layer']));
  }
});
afterAll(() => world.remove());

const realm = () => `http://${new URL(world.server.url).host}/token`;
const said = (answer: OciAnswer) => [answer.status, answer.codes[0], challengeOf(answer)['scope'], challengeOf(answer)['error']];
const startUpload = { headers: { 'content-length': '0' } };

describe('/v2/', () => {
  it('tells who has no credential, or nobody’s, where to get a token', async () => {
    for (const who of [world.nobody, world.nobody.as(`Basic ${Buffer.from(':').toString('base64')}`)]) {
      for (const path of ['/v2/', '/v2']) {
        const answer = await who.get(path);
        expect([answer.status, answer.codes, answer.headers['content-type'], answer.headers['docker-distribution-api-version']]).toEqual([401, ['UNAUTHORIZED'], 'application/json', 'registry/2.0']);
        expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${realm()}",service="${SERVICE}"`);
      }
      expect([(await who.head('/v2/')).status, (await who.head('/v2/')).headers['www-authenticate']]).toEqual([401, `Bearer realm="${realm()}",service="${SERVICE}"`]);
    }
  });

  it('takes an access key and its secret, unprompted, and tokens of whomever', async () => {
    for (const who of [world.alice, world.arthur, world.root, await withToken(world.alice), await withToken(world.nobody)]) {
      const answer = await who.get('/v2/');
      expect([answer.status, answer.text, answer.headers['docker-distribution-api-version']]).toEqual([200, '{}', 'registry/2.0']);
    }
  });

  it.each([
    ['a wrong secret', `Basic ${Buffer.from(`${ALICE.keys.accessKeyId}:wrong`).toString('base64')}`, undefined],
    ['a name that nobody has', `Basic ${Buffer.from('nobody:secret').toString('base64')}`, undefined],
    ['no secret', `Basic ${Buffer.from(`${ALICE.keys.accessKeyId}:`).toString('base64')}`, undefined],
    ['a Basic that is none', 'Basic !!!', undefined],
    ['a token that is none', 'Bearer abc', 'invalid_token'],
    ['another scheme', 'Digest username="x"', undefined],
    ['an empty header', '', undefined],
  ])('refuses %s', async (_, authorization, error) => {
    for (const path of ['/v2/', TAGS, '/v2/open/app/tags/list', '/v2/_catalog']) {
      const answer = await world.nobody.as(authorization).get(path);
      expect([path, ...said(answer)]).toEqual([path, 401, 'UNAUTHORIZED', undefined, error]);
      expect(challengeOf(answer)['realm']).toBe(realm());
    }
  });
});

describe('a token', () => {
  it('comes by GET with Basic, in the form that all clients read', async () => {
    const answer = await askToken(world.alice, ['repository:tokens/app:pull,push']);
    const { token, access_token: same, expires_in: seconds, issued_at: at, scope, refresh_token: refresh, token_type: type } = tokenOf(answer);
    expect([answer.headers['cache-control'], same, seconds, type, scope, refresh]).toEqual(['no-store', token, 300, 'Bearer', 'repository:tokens/app:pull,push', undefined]);
    expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(10_000);
    const who = world.nobody.as(`Bearer ${token}`);
    expect((await who.get(TAGS)).status).toBe(200);
    expect((await who.send('POST', '/v2/tokens/app/blobs/uploads/', startUpload)).status).toBe(202);
  });

  it('comes by POST, with a password and with a refresh token', async () => {
    const { accessKeyId: username, secretAccessKey: password } = ARTHUR.keys;
    const asked = { service: SERVICE, client_id: 'test', scope: 'repository:tokens/app:pull' };
    const first = tokenOf(await postToken(world.nobody, { ...asked, grant_type: 'password', username, password, access_type: 'offline' }));
    expect(first.refresh_token).toBeDefined();
    expect((await world.nobody.as(`Bearer ${first.access_token}`).get(TAGS)).status).toBe(200);
    const next = tokenOf(await postToken(world.nobody, { ...asked, grant_type: 'refresh_token', refresh_token: first.refresh_token! }));
    expect([next.refresh_token, next.scope]).toEqual([first.refresh_token, 'repository:tokens/app:pull']);
    expect((await world.nobody.as(`Bearer ${next.access_token}`).get(TAGS)).status).toBe(200);
    const online = tokenOf(await postToken(world.nobody, { ...asked, grant_type: 'password', username, password }));
    expect(online.refresh_token).toBeUndefined();
    expect(tokenOf(await askToken(world.arthur, [], '&offline_token=true')).refresh_token).toBeDefined();
  });

  it('holds of several scopes what may be used, and says so', async () => {
    const scopes = ['repository:tokens/app:pull,push,delete', 'repository:closed/app:pull', 'repository:open/app:pull,push'];
    expect(tokenOf(await askToken(world.arthur, scopes)).scope).toBe('repository:tokens/app:pull repository:open/app:pull');
    expect(tokenOf(await askToken(world.arthur, [scopes.join(' ')])).scope).toBe('repository:tokens/app:pull repository:open/app:pull');
    expect(tokenOf(await askToken(world.nobody, scopes)).scope).toBe('repository:open/app:pull');
    expect(tokenOf(await askToken(world.alice, ['repository:tokens/app:*'])).scope).toBe('repository:tokens/app:pull,push,delete');
    expect(tokenOf(await askToken(world.alice, ['repository:Bad/Name:pull', 'other:x:pull', 'repository:tokens/app:fly', 'nonsense'])).scope).toBe('');
  });

  it.each([
    ['a wrong secret', 401, () => askToken(world.nobody.as({ ...ALICE.keys, secretAccessKey: 'wrong-secret' }), [])],
    ['another service', 400, () => world.alice.get('/token?service=elsewhere')],
    ['too many scopes', 400, () => askToken(world.alice, Array(101).fill('repository:x:pull'))],
    ['a service given twice', 400, () => world.alice.get(`/token?service=${SERVICE}&service=${SERVICE}`)],
    ['a wrong password', 401, () => postToken(world.nobody, { grant_type: 'password', username: ALICE.keys.accessKeyId, password: 'x' })],
    ['an empty password', 401, () => postToken(world.nobody, { grant_type: 'password', username: '', password: '' })],
    ['no password', 400, () => postToken(world.nobody, { grant_type: 'password', username: 'x' })],
    ['no grant', 400, () => postToken(world.nobody, {})],
    ['an unknown grant', 400, () => postToken(world.nobody, { grant_type: 'authorization_code', code: 'x' })],
    ['a refresh token that is none', 401, () => postToken(world.nobody, { grant_type: 'refresh_token', refresh_token: 'x' })],
    ['a form that is none', 415, () => world.nobody.send('POST', '/token', { headers: { 'content-type': 'application/json' }, body: '{}' })],
    ['a form without end', 413, () => postToken(world.nobody, { grant_type: 'password', username: 'x'.repeat(70_000) })],
    ['another method', 405, () => world.alice.send('PUT', '/token', { body: '' })],
  ])('is not given for %s', async (_, status, ask) => {
    const answer = await ask();
    expect([answer.status, answer.codes.length, answer.text.includes('"token"')]).toEqual([status, 1, false]);
  });

  it('of one kind is no token of the other', async () => {
    const { token, refresh_token: refresh } = tokenOf(await askToken(world.alice, ['repository:tokens/app:pull'], '&offline_token=true'));
    expect(said(await world.nobody.as(`Bearer ${refresh!}`).get(TAGS))).toEqual([401, 'UNAUTHORIZED', undefined, 'invalid_token']);
    expect((await postToken(world.nobody, { grant_type: 'refresh_token', refresh_token: token })).status).toBe(401);
  });

  it('that was altered is none', async () => {
    const { token } = tokenOf(await askToken(world.alice, ['repository:tokens/app:pull']));
    const [head, claims, mark] = token.split('.') as [string, string, string];
    const larger = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), access: [{ type: 'repository', name: 'closed/app', actions: ['*'] }] };
    for (const bad of [`${head}.${Buffer.from(JSON.stringify(larger)).toString('base64url')}.${mark}`, `${head}.${claims}.${mark.slice(0, -4)}AAAA`, `${head}.${claims}.`, `${head}.${claims}`]) {
      expect(said(await world.nobody.as(`Bearer ${bad}`).get(TAGS))).toEqual([401, 'UNAUTHORIZED', undefined, 'invalid_token']);
    }
  });
});

describe('what may not be done', () => {
  const push = (name: string) => `/v2/${name}/blobs/uploads/`;
  it('without a token asks for one that may', async () => {
    expect(said(await world.nobody.get(TAGS))).toEqual([401, 'UNAUTHORIZED', 'repository:tokens/app:pull', undefined]);
    expect(said(await world.nobody.send('POST', push('tokens/app'), startUpload))).toEqual([401, 'UNAUTHORIZED', 'repository:tokens/app:pull,push', undefined]);
    expect(said(await world.nobody.delete('/v2/tokens/app/manifests/v1'))).toEqual([401, 'UNAUTHORIZED', 'repository:tokens/app:delete', undefined]);
    const mount = await world.nobody.send('POST', `${push('tokens/app')}?mount=sha256:${'a'.repeat(64)}&from=closed/app`, startUpload);
    expect(said(mount)).toEqual([401, 'UNAUTHORIZED', 'repository:tokens/app:pull,push repository:closed/app:pull', undefined]);
  });

  it('with a token for something else asks for a better one', async () => {
    for (const who of [await withToken(world.alice, 'repository:tokens/app:pull'), await withToken(world.alice, 'repository:closed/app:pull,push'), await withToken(world.alice)]) {
      expect(said(await who.send('POST', push('tokens/app'), startUpload))).toEqual([401, 'UNAUTHORIZED', 'repository:tokens/app:pull,push', 'insufficient_scope']);
    }
    expect(said(await (await withToken(world.nobody, 'repository:tokens/app:pull')).get(TAGS))).toEqual([401, 'UNAUTHORIZED', 'repository:tokens/app:pull', 'insufficient_scope']);
  });

  it('with a token that was asked for it is forbidden, as is what Basic may not', async () => {
    const arthur = await withToken(world.arthur, 'repository:tokens/app:pull,push');
    for (const who of [arthur, world.arthur]) expect(said(await who.send('POST', push('tokens/app'), startUpload))).toEqual([403, 'DENIED', undefined, undefined]);
    expect((await arthur.get(TAGS)).status).toBe(200);
    expect(said(await (await withToken(world.arthur, 'repository:closed/app:pull')).get('/v2/closed/app/tags/list'))).toEqual([403, 'DENIED', undefined, undefined]);
  });
});

describe('without a credential', () => {
  it('what is open can be pulled, and no more', async () => {
    for (const who of [world.nobody, await withToken(world.nobody, 'repository:open/app:pull'), await withToken(world.bob), world.bob, world.arthur]) {
      expect((await who.get('/v2/open/app/manifests/v1')).status).toBe(200);
      expect((await who.get('/v2/open/app/tags/list')).status).toBe(200);
      expect((await who.send('POST', '/v2/open/app/blobs/uploads/', startUpload)).status).not.toBe(202);
      expect((await who.delete('/v2/open/app/manifests/v1')).status).not.toBe(202);
    }
    const catalog = await world.nobody.get('/v2/_catalog');
    expect([catalog.status, challengeOf(catalog)['scope']]).toEqual([401, 'registry:catalog:*']);
    expect(await (await withToken(world.nobody, 'registry:catalog:*')).pages('/v2/_catalog')).toEqual([{ repositories: ['open/app'] }]);
    expect((await world.nobody.get('/v2/open/none/tags/list')).codes).toEqual(['NAME_UNKNOWN']);
  });

  it('a repository can be made where that is open, and belongs to the server’s root', async () => {
    const digest = await world.nobody.pushBlob('drop/app', 'config');
    await world.nobody.pushBlob('drop/app', 'layer');
    expect((await world.nobody.putManifest('drop/app', 'v1', imageOf('config', ['layer']))).status).toBe(201);
    expect((await world.bob.get(`/v2/drop/app/blobs/${digest}`)).status).toBe(200);
    expect((await world.nobody.delete('/v2/drop/app/manifests/v1')).status).toBe(401);
    expect((await world.alice.delete('/v2/drop/app/manifests/v1')).status).toBe(403);
    expect((await world.root.delete('/v2/drop/app/manifests/v1')).status).toBe(202);
  });

  it('an upload belongs to whoever knows where it is', async () => {
    const at = await world.nobody.startUpload('drop/app');
    expect((await world.bob.send('PATCH', at, { body: 'x' })).status).toBe(202);
    expect((await world.nobody.get(at)).headers.range).toBe('0-0');
    expect((await world.nobody.delete(at)).status).toBe(204);
  });
});

// Last: the server is another one from here on.
describe('a token that was given', () => {
  it('is good after a restart, under the policies that hold then', async () => {
    const [alice, arthur] = [await withToken(world.alice, 'repository:tokens/app:pull'), await withToken(world.arthur, 'repository:tokens/app:pull')];
    expect((await arthur.get(TAGS)).status).toBe(200);
    await world.stop();
    world = await OciWorld.start(OPEN, [], world.server.dataDir);
    expect((await world.root.as(alice.authorization).get(TAGS)).status).toBe(200);
    expect(said(await world.root.as(arthur.authorization).get(TAGS))).toEqual([403, 'DENIED', undefined, undefined]);
  });
});

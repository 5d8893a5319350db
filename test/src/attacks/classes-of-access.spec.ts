import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContractDocument } from '../harness/contract/contract-document.js';
import { digestOf } from '../harness/oci-artifacts.js';
import { basic } from '../harness/oci-client.js';
import { withToken } from '../harness/oci-token.js';
import { sendForm, signPolicy, type Condition } from '../harness/post-form.js';
import { ROOT_KEYS } from '../harness/server-process.js';
import { allow, ClassWorld, LAYER } from './class-world.js';
import { presign } from './presign.js';
import type { Keys } from '../harness/signed-client.js';

/** Classes of vulnerabilities that others had in 2023 to 2026, about what somebody may. */
let world: ClassWorld;
let nobody: Keys;

beforeAll(async () => {
  world = await ClassWorld.start();
  nobody = await world.rest().user('no-one');
});
afterAll(async () => {
  await world.expectUntouched();
  await world.remove();
});

describe('class: headers that arrive unsigned and change the operation', () => {
  it('refuses them at S3', async () => {
    await world.rest().must('POST', '/policies', { id: 'drop', document: allow('s3:PutObject', 'arn:aws:s3:::vault/drop/*') });
    const keys = await world.rest().user('dropper', { policies: ['drop'] });
    const url = presign(world.server.url, keys, 'PUT', '/vault/drop/one');
    for (const headers of [{ 'x-amz-copy-source': '/vault/secret' }, { 'x-amz-acl': 'public-read' }, { 'x-amz-tagging': 'a=b' }, { 'x-amz-write-offset-bytes': '0' }]) {
      expect((await world.s3('anonymous').sendRaw({ method: 'PUT', ...url, headers, body: '' })).status).toBe(403);
    }
  });

  it('knows none at the registry and the REST API', async () => {
    for (const [name, value] of [['x-http-method-override', 'DELETE'], ['x-method-override', 'DELETE'], ['x-original-url', '/admin/plugins'], ['x-rewrite-url', '/admin/plugins']] as const) {
      const headers = { [name]: value };
      await world.oci().send('GET', '/v2/team/app/manifests/latest', { headers });
      expect((await world.rest(null, '').send('GET', '/health', undefined, headers)).json).toHaveProperty('components');
    }
  });
});

describe('class: signatures that some ways of sending skip', () => {
  it('checks each way', async () => {
    const wrong = world.s3({ accessKeyId: 'ROOTACCESSKEY', secretAccessKey: 'wrong' });
    for (const payloadHash of ['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']) {
      const headers = { 'x-amz-decoded-content-length': '1', 'content-encoding': 'aws-chunked' };
      expect((await wrong.send({ method: 'PUT', path: '/vault/secret', body: '1\r\nx\r\n0\r\n\r\n', payloadHash, headers })).status).toBe(403);
    }
    for (const method of ['PATCH', 'POST', 'PUT']) {
      const pieces = (async function* () {
        yield Buffer.from('x');
      })();
      const answer = await world.oci(basic({ accessKeyId: 'ROOTACCESSKEY', secretAccessKey: 'wrong' })).send(method, '/v2/team/app/blobs/uploads/', { body: pieces });
      expect([401, 405]).toContain(answer.status);
    }
  });
});

describe('class: what limits a form or a token is not looked at', () => {
  it('holds each condition of a form, and each scope of a token', async () => {
    const limits: Condition[] = [{ bucket: 'vault' }, ['starts-with', '$key', 'drop/'], ['content-length-range', 0, 10], { 'content-type': 'text/plain' }];
    const right = { key: 'drop/form', 'content-type': 'text/plain' };
    const send = (fields: Record<string, string>, bucket = '/vault', file = 'short', conditions = limits) =>
      sendForm(world.s3('anonymous'), bucket, { ...fields, ...signPolicy(conditions, ROOT_KEYS) }, file);
    await world.s3().put('/other-vault');
    expect((await send(right)).status).toBe(204);
    for (const answer of [
      await send({ ...right, key: 'secret' }),
      await send({ ...right, 'content-type': 'text/html' }),
      await send({ ...right, acl: 'public-read' }),
      await send({ ...right, 'x-amz-meta-a': 'b' }),
      await send(right, '/other-vault'),
      await send(right, '/vault', 'much longer than that'),
      await sendForm(world.s3('anonymous'), '/vault', { ...right, key: 'secret' }),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    const pulls = await withToken(world.oci(), 'repository:team/app:pull');
    expect((await pulls.get('/v2/team/app/manifests/latest')).status).toBe(200);
    expect([401, 403]).toContain(await world.push('team/app', 'latest', pulls));
    expect([401, 403]).toContain((await pulls.send('DELETE', '/v2/team/app/manifests/latest')).status);
    expect([401, 403]).toContain((await (await withToken(world.oci(), 'repository:team/ap:pull')).get('/v2/team/app/manifests/latest')).status);
  });
});

describe('class: forwarded headers of whoever', () => {
  it('believes only proxies that the config names', async () => {
    await world.rest().must('POST', '/policies', { id: 'at-home', document: allow(['s3:GetObject', 'oci:*'], '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }) });
    await world.rest().must('POST', '/policies', { id: 'by-tls', document: allow(['s3:GetObject', 'oci:*'], '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }) });
    const keys = await world.rest().user('remote', { policies: ['at-home', 'by-tls'] });
    const headers = { 'x-forwarded-for': '10.1.2.3', forwarded: 'for=10.1.2.3;proto=https', 'x-real-ip': '10.1.2.3', 'x-forwarded-proto': 'https', 'x-forwarded-client-cert': 'Hash=00', 'x-ssl-client-cert': 'x' };
    expect((await world.s3(keys).get('/vault/secret', headers)).status).toBe(403);
    expect((await world.oci(keys).get('/v2/team/app/manifests/latest', headers)).status).toBe(403);
    expect((await world.rest(null).send('GET', '/session', undefined, headers)).status).toBe(401);
  });
});

describe('class: one verb taken for another', () => {
  it('lets a pusher make tags, not move or delete them', async () => {
    const key = await world.apiKey('ci', ['ci-pusher']);
    const ci = world.oci(basic({ accessKeyId: 'ci', secretAccessKey: key }));
    expect(await world.push('team/app', 'v1', ci)).toBe(201);
    for (const [method, path] of [['DELETE', 'manifests/latest'], ['DELETE', 'manifests/v1'], ['DELETE', `blobs/${digestOf(LAYER)}`]] as const) {
      expect((await ci.send(method, `/v2/team/app/${path}`)).status).toBe(403);
    }
    await world.rest().must('POST', '/policies', { id: 'put-only', document: allow('s3:PutObject', 'arn:aws:s3:::vault/*') });
    const writer = world.s3(await world.rest().user('writer', { policies: ['put-only'] }));
    for (const [method, target] of [['GET', '/vault/secret'], ['HEAD', '/vault/secret'], ['DELETE', '/vault/secret'], ['PUT', '/vault/secret?tagging='], ['PUT', '/vault/secret?acl='], ['POST', '/vault?delete=']] as const) {
      const { status, text } = await writer.call(method, target, { body: method === 'POST' ? '<Delete><Object><Key>secret</Key></Object></Delete>' : undefined });
      expect({ method, target, refused: status >= 400 || text.includes('AccessDenied') }).toEqual({ method, target, refused: true });
    }
  });
});

describe('class: shared bytes that pass by the permission', () => {
  it('shows no blob to who has only its digest', async () => {
    await world.rest().must('POST', '/policies', { id: 'own-corner', document: allow('oci:*', 'arn:zas:oci:::corner/*') });
    const keys = await world.rest().user('corner', { policies: ['own-corner'] });
    const who = world.oci(keys);
    expect((await who.head(`/v2/corner/app/blobs/${digestOf(LAYER)}`)).status).toBe(404);
    expect((await who.send('POST', `/v2/corner/app/blobs/uploads/?mount=${digestOf(LAYER)}&from=team/app`, { headers: { 'content-length': '0' } })).status).toBe(202);
    expect((await who.get(`/v2/corner/app/blobs/${digestOf(LAYER)}`)).status).toBe(404);
  });
});

describe('class: confusion about paths', () => {
  it('guards a route however its path is written', async () => {
    const paths = ['/rbac/users', '/rbac//users', '//rbac/users', '/rbac/./users', '/rbac/x/../users', '/rbac/users/', '/%72bac/users', '/rbac/%75sers', '/rbac/users;x', '/rbac%2fusers', '/RBAC/users', '/health/../rbac/users', '/rbac/users?', '/admin/plugins', '/%61dmin/plugins', '/admin%2fplugins'];
    for (const path of paths) {
      for (const method of ['GET', 'HEAD']) {
        const { status, text } = await world.oci(null).send(method, path);
        expect({ method, path, open: status < 300, shows: text.includes('no-one') }).toEqual({ method, path, open: false, shows: false });
      }
    }
    for (const path of ['/v2/team/app/../app/manifests/latest', '/v2//team/app/manifests/latest', '/v2/team%2fapp/manifests/latest', '/v2/team/app/manifests/%6catest']) {
      expect((await world.oci(null).get(path)).status).toBeGreaterThanOrEqual(400);
    }
    for (const target of ['/vault/../vault/secret', '//vault/secret', '/vault//secret', '/vault/%2e%2e/vault/secret']) expect((await world.s3(nobody).get(target)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('class: parsers that read differently', () => {
  it('takes JSON only as JSON, once and whole', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json, text/plain', 'application/jsonp', '']) {
      expect((await world.rest().send('POST', '/users', { id: 'parsed' }, { 'content-type': type })).status).toBe(400);
    }
    for (const body of ['{"id":"parsed"}{"id":"again"}', '\ufeff{"id":"parsed"}', '{"id":"parsed","__proto__":{"roles":["admin"]}}', '{"id":["parsed"]}', '{"id":"parsed","ID":"x"}']) {
      expect((await world.rest().send('POST', '/users', body)).status).toBe(400);
    }
    expect((await world.rest().get('/users/parsed')).status).toBe(404);
    expect((await world.rest().get('/users?account=000000000000&account=390676653617')).status).toBe(400);
  });
});

describe('class: policy values that the client sets', () => {
  it('knows by itself who asks', async () => {
    await world.rest().must('POST', '/policies', { id: 'for-admin', document: allow('s3:GetObject', '*', { Condition: { StringEquals: { 'aws:username': 'admin' } } }) });
    await world.rest().must('POST', '/policies', { id: 'for-prod', document: allow('s3:GetObject', '*', { Condition: { StringEquals: { 's3:ExistingObjectTag/stage': 'prod', 'zas:claim/department': 'x' } } }) });
    const keys = await world.rest().user('pretender', { policies: ['for-admin', 'for-prod'] });
    const s3 = world.s3(keys);
    expect((await s3.get('/vault/secret?aws:username=admin&zas:claim/department=x', { 'aws-username': 'admin', 'x-amz-tagging': 'stage=prod' })).status).toBe(403);
    const asked = { action: 's3:GetObject', resource: 'arn:aws:s3:::vault/secret', attributes: { 'aws:username': 'admin', 's3:ExistingObjectTag/stage': 'prod', 'zas:claim/department': 'x' } };
    expect((await world.rest(keys).post('/authorize', asked)).json.allowed).toBe(false);
  });
});

describe('class: internal endpoints without a credential', () => {
  it('has one open port', () => {
    expect(listeningPorts(world.server.pid)).toEqual([Number(new URL(world.server.url).port)]);
  });

  it('has only these public routes', () => {
    const open = new ContractDocument().operations.filter(({ permission }) => permission === 'public').map(({ method, path }) => `${method} ${path}`);
    // Preflights, tokens for who has another one, and what asks for a credential by itself.
    const doors = ['OPTIONS /{bucket}', 'OPTIONS /{bucket}/{key}', 'POST /#Action=AssumeRoleWithWebIdentity', 'GET /v2/_oci/ext/discover', 'GET /token', 'POST /token'];
    const docs = ['', '/icon.svg', '/openapi.json', '/openapi.yaml', '/style.css'].map((file) => `GET /docs${file}`);
    const rest = ['GET /health', 'GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /rbac/login/callback', 'GET /rbac/login/{issuer}', 'POST /rbac/device', 'POST /rbac/device/token'];
    expect(open.sort()).toEqual([...doors, ...docs, ...rest].sort());
  });
});

describe('class: wildcards and injection in lists', () => {
  it('takes names to the letter', async () => {
    for (const id of ['a_b', 'aXb', 'a.b']) await world.rest().must('POST', '/users', { id });
    const { id } = await world.rest().must('POST', '/users/aXb/keys', {});
    expect((await world.rest().get('/users/a_b/keys')).json.keys).toEqual([]);
    expect((await world.rest().delete(`/users/a_b/keys/${id}`)).status).toBe(404);
    for (const path of ['/users/%25', "/users/'%20or%201=1--", '/users/a_b%00']) expect((await world.rest().get(path)).status).toBe(404);
    for (const prefix of ['%25', '_ecret', "' or 1=1 --"]) expect((await world.s3().get(`/vault?list-type=2&prefix=${encodeURIComponent(prefix)}`)).text).not.toContain('<Key>');
    expect((await world.oci().get('/v2/_catalog?last=%25')).status).toBe(200);
  });
});

describe('class: those who may read see secrets', () => {
  it('shows an auditor no secret, no hash, no object', async () => {
    const auditor = await world.rest().user('auditor', { roles: ['auditor'] });
    const who = world.rest(auditor);
    for (const path of ['/users', '/users/no-one', '/users/no-one/keys', '/roles', '/policies', '/groups']) {
      const { status, text } = await who.get(path);
      expect({ path, status, secret: /secret|hash|"1\.[0-9a-f]{16}\./i.test(text) }).toEqual({ path, status: 200, secret: false });
    }
    expect((await world.rest(auditor, '').get('/admin/plugins')).text).not.toMatch(/secretAccessKey|masterKey/);
    expect((await world.s3(auditor).get('/vault/secret')).status).toBe(403);
    expect((await world.oci(auditor).get('/v2/team/app/manifests/latest')).status).toBe(403);
    expect((await who.post('/users', { id: 'x' })).status).toBe(403);
  });
});

describe('class: a field that another permission is for', () => {
  it('does not let who may change a name change what somebody may', async () => {
    await world.rest().must('POST', '/policies', { id: 'rename', document: allow(['rbac:UpdateUser', 'rbac:UpdateGroup', 'rbac:UpdateRole', 'rbac:CreateUser', 'rbac:CreateRole']) });
    const keys = await world.rest().user('clerk', { policies: ['rename'] });
    await world.rest().must('POST', '/groups', { id: 'clerks' });
    await world.rest().must('POST', '/roles', { id: 'clerking' });
    const clerk = world.rest(keys);
    expect((await clerk.put('/users/clerk', { displayName: 'Clerk' })).status).toBe(200);
    for (const body of [{ roles: ['admin'] }, { groups: ['clerks'] }, { policies: ['admin'] }, { boundary: null }, { enabled: false }]) expect({ body, status: (await clerk.put('/users/clerk', body)).status }).toEqual({ body, status: 403 });
    expect((await clerk.post('/users', { id: 'made', roles: ['admin'] })).status).toBe(403);
    expect((await clerk.put('/groups/clerks', { roles: ['admin'] })).status).toBe(403);
    expect((await clerk.put('/roles/clerking', { policies: ['admin'] })).status).toBe(403);
    expect((await clerk.post('/roles', { id: 'r', trustPolicy: { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' } } })).status).toBe(403);
    expect((await clerk.post('/users/clerk/roles', { role: 'admin' })).status).toBe(403);
    expect((await clerk.post('/users/clerk/keys')).status).toBe(403);
  });
});

describe('class: redirects to elsewhere after a login', () => {
  it('returns to paths of this server only', async () => {
    for (const target of ['//evil.example', 'https://evil.example', '/\\evil.example', '/%5cevil.example', '\\\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '/@evil.example/..//evil.example', '']) {
      const { status, headers } = await world.rest(null).get(`/login/idp?returnTo=${encodeURIComponent(target)}`);
      if (status === 302) expect({ target, elsewhere: String(headers['location']).startsWith(world.provider.url) }).toEqual({ target, elsewhere: true });
      else expect({ target, status }).toEqual({ target, status: 400 });
      if (/evil|script/.test(target) && !target.startsWith('/@') && !target.startsWith('/%5c')) expect({ target, status }).toEqual({ target, status: 400 });
    }
  });
});

describe('class: origins reflected with credentials', () => {
  it('lets no other origin read', async () => {
    for (const origin of ['https://evil.example', 'null', world.server.url.replace('127.0.0.1', '127.0.0.1.evil.example')]) {
      for (const { headers } of [
        await world.rest().send('GET', '/users', undefined, { origin }),
        await world.oci().send('OPTIONS', '/rbac/users', { headers: { origin, 'access-control-request-method': 'GET' } }),
        await world.oci().get('/v2/_catalog', { origin }),
        await world.s3().get('/vault/secret', { origin }),
      ]) {
        expect([headers['access-control-allow-origin'], headers['access-control-allow-credentials']]).toEqual([undefined, undefined]);
      }
    }
  });
});

/** Ports of TCP that the process listens on, from /proc. */
function listeningPorts(pid: number): readonly number[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const lines = ['tcp', 'tcp6'].flatMap((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1));
  const listening = lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields[3] === '0A' && sockets.has(fields[9] ?? ''));
  return listening.map((fields) => Number.parseInt(fields[1]!.split(':')[1]!, 16));
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { basic } from '../harness/oci-client.js';
import { BOB } from '../harness/account-world.js';
import { digestOf, imageOf } from '../harness/oci-artifacts.js';
import type { OciWorld } from '../harness/oci-world.js';
import { RawConnection, rawHead } from '../harness/raw-connection.js';
import { BASE, SECRET, TARGET, expectUntouched, said, startOciAttack } from './oci-attack-world.js';

let world: OciWorld;

beforeAll(async () => {
  world = await startOciAttack();
});
afterAll(() => world.remove());

const MANIFEST = JSON.stringify(imageOf('config', ['of bob']));

/** Sends a target that no client would send, byte for byte. */
async function raw(method: string, target: string, body = '') {
  const connection = await RawConnection.open(world.server.url);
  try {
    const head = { host: new URL(world.server.url).host, authorization: basic(BOB.keys), 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'content-length': String(body.length) };
    connection.write(rawHead(method, target, head) + body);
    return await connection.answer(method);
  } finally {
    connection.close();
  }
}

describe('a name that is none', () => {
  const names = [
    '..', '../x', 'attacker/..', `attacker/../${TARGET}`, `attacker/%2e%2e/${TARGET}`, `attacker/.%2e/${TARGET}`, `./${TARGET}`, `attacker/./app`, `/${TARGET}`, 'attacker//app', 'attacker/app/',
    'attacker%2fapp', 'attacker%2Fapp', 'attacker%252fapp', 'attacker%5capp', 'attacker\\app', 'attacker/app%00', 'attacker/app%20', 'attacker/app%0a', 'attacker/app%0d%0aset-cookie:x', 'attacker/app;x', 'attacker/app:x',
    'Attacker/app', 'attacker/APP', 'attacker/ap%C3%BC', 'attacker/app.', '.attacker/app', '-attacker', 'attacker-', 'attacker/a..b', 'attacker/a___b', 'attacker/a._b', '%61ttacker/app', '~', '*', '@', '%', '%zz', '%00', `a/${'b'.repeat(254)}`,
    'x'.repeat(256), 'x/'.repeat(200) + 'x', 'x'.repeat(2000),
  ];

  it('is no way to anywhere', async () => {
    await expectUntouched(world, async () => {
      for (const name of names) {
        const tries: [string, string, string?][] = [
          ['GET', `/v2/${name}/tags/list`],
          ['GET', `/v2/${name}/manifests/v1`],
          ['HEAD', `/v2/${name}/manifests/v1`],
          ['DELETE', `/v2/${name}/manifests/v1`],
          ['PUT', `/v2/${name}/manifests/v9`, MANIFEST],
          ['POST', `/v2/${name}/blobs/uploads/`],
          ['POST', `/v2/${name}/blobs/uploads/?digest=${digestOf('x')}`, 'x'],
          ['GET', `/v2/${name}/blobs/${digestOf(SECRET)}`],
          ['GET', `/v2/${name}/referrers/${digestOf(SECRET)}`],
        ];
        for (const [i, answer] of (await Promise.all(tries.map((one) => raw(...one)))).entries()) {
          const [method, target] = tries[i]!;
          expect([target, answer!.status, answer!.body.includes(SECRET)]).toEqual([target, 400, false]);
          if (method !== 'HEAD' && answer!.body !== '') expect([target, answer!.body]).toEqual([target, expect.stringContaining('NAME_INVALID')]);
          expect([...answer!.headers.keys()]).not.toContain('set-cookie');
        }
      }
    });
  });

  it('is no extension either', async () => {
    for (const name of ['_x', '_catalog', '_oci', 'attacker/_x', '_x/app', 'attacker/_catalog']) {
      for (const rest of ['tags/list', 'manifests/v1', 'blobs/uploads/']) {
        const answer = await raw('GET', `/v2/${name}/${rest}`);
        expect([name, rest, answer!.status]).toEqual([name, rest, 404]);
      }
      expect((await raw('PUT', `/v2/${name}/manifests/v9`, MANIFEST))!.status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('a reference that is none', () => {
  const references = ['..', '.', '.hidden', '-x', `${'x'.repeat(129)}`, 'a/b', 'a%2fb', 'v1%00', 'v1%20', '%76%31', 'v1;x', 'ü', 'sha256:', 'sha256:..', `sha256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(63)}`, `sha256:${'a'.repeat(65)}`, `md5:${'a'.repeat(32)}`, `sha256%3A%2e%2e`, `sha512:${'a'.repeat(64)}`];

  it('names nothing', async () => {
    await expectUntouched(world, async () => {
      for (const reference of references) {
        for (const method of ['GET', 'PUT', 'DELETE']) {
          const answer = await raw(method, `/v2/${BASE}/manifests/${reference}`, method === 'PUT' ? MANIFEST : '');
          expect([reference, method, answer!.status >= 400 && answer!.status < 500]).toEqual([reference, method, true]);
        }
        expect([reference, [400, 404]]).toEqual([reference, expect.arrayContaining([(await raw('GET', `/v2/${BASE}/blobs/${reference}`))!.status])]);
      }
    });
  });
});

describe('the way to the door', () => {
  it('is not found by other spellings', async () => {
    const targets = [`/V2/${TARGET}/manifests/v1`, `//v2/${TARGET}/manifests/v1`, `/%76%32/${TARGET}/manifests/v1`, `/v2%2f${TARGET}/manifests/v1`, `/x/../v2/${TARGET}/manifests/v1`, `/./v2/${TARGET}/manifests/v1`, `/v2/../v2/${TARGET}/manifests/v1`, `/v2;x/${TARGET}/manifests/v1`, '/_oci', '/_oci/v2/', '/_s3/x'];
    for (const target of targets) {
      const answer = await raw('GET', target);
      expect([target, answer!.status >= 400 && answer!.status < 500, answer!.body.includes('schemaVersion')]).toEqual([target, true, false]);
    }
  });

  it('leads nobody from a repository to the rest of the server', async () => {
    for (const target of ['/v2/../admin/config', '/v2/../admin/oci/collection', '/v2/%2e%2e/admin/config', '/v2/x/../../admin/config', '/v2/../attacker-bucket']) {
      const answer = await raw('GET', target);
      expect([target, answer!.status >= 400 && answer!.status < 500]).toEqual([target, true]);
    }
  });

  it('in the form of a proxy leads to the same place, whoever is named there', async () => {
    const answer = await raw('GET', `http://elsewhere.test/v2/${BASE}/manifests/v1`);
    expect(answer!.status).toBe(200);
    expect((await raw('GET', `http://elsewhere.test/v2/${TARGET}/manifests/v1`))!.status).toBe(403);
  });

  it('is closed to what no target may hold', async () => {
    for (const target of [`/v2/${TARGET}/manifests/v1\0`, `/v2/a b/manifests/v1`, '/v2/\x7f', '/v2/\xff\xfe/tags/list', '', 'v2/', '*']) {
      const answer = await raw('GET', target);
      expect([target, answer === undefined || answer.status >= 400]).toEqual([target, true]);
    }
    expect(said(await world.bob.get(`/v2/${BASE}/manifests/v1`))[0]).toBe(200);
  });

  it('does not put a line into a challenge', async () => {
    const connection = await RawConnection.open(world.server.url);
    connection.write(rawHead('GET', '/v2/', { host: 'evil.test",x="y' }));
    const answer = await connection.answer();
    connection.close();
    expect(answer!.headers.get('www-authenticate') ?? '').not.toContain('evil');
  });
});

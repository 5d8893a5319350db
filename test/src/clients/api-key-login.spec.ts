import path from 'node:path';
import { expect } from '@jest/globals';
import { RestClient } from '../harness/rest-client.js';
import type { OciWorld } from './oci-world.js';
import { ociClientTest } from './oci-world.js';
import { findTool } from './tools.js';

const push = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'oci:*', Resource: 'arn:zas:oci:::team-a/*' } };

/** Logs in as `docker login` does, with an API key as the password: it pushes where its user may, and nowhere else. */
async function story({ run, refused, tags, layout, host, folder, url }: OciWorld): Promise<void> {
  const env = { REGISTRY_AUTH_FILE: path.join(folder, 'auth.json') };
  const skopeo = (...args: string[]) => run(args, { env });
  const login = (key: string) => ['login', '--tls-verify=false', '-u', 'builder', '-p', key, host];
  const copy = (to: string) => ['copy', '--dest-tls-verify=false', `oci:${layout.folder}:small`, `docker://${host}/${to}`];
  const root = new RestClient(url);
  await root.must('POST', '/policies', { id: 'team-a', document: push });
  await root.must('POST', '/users', { id: 'builder', policies: ['team-a'] });
  const { id, secret } = await root.must('POST', '/users/builder/keys', { kind: 'api' });
  await layout.tag('small', (await layout.addImage([1000, 50_000])).descriptor);

  expect(await refused(login(`${secret.slice(0, -8)}00000000`), { env })).toMatch(/unauthorized|invalid username\/password/i);
  expect(await skopeo(...login(secret))).toMatch(/Login Succeeded/);
  await skopeo(...copy('team-a/app:1'));
  expect(await tags('team-a/app')).toEqual(['1']);
  expect(await refused(copy('team-b/app:1'), { env })).toMatch(/denied|403 \(Forbidden\)/);
  expect(await tags('team-b/app')).toEqual([]);
  expect(await refused(['inspect', '--tls-verify=false', `docker://${host}/team-b/app:1`], { env })).toMatch(/denied|unauthorized|forbidden/i);

  await root.must('PUT', `/users/builder/keys/${id}`, { enabled: false });
  expect(await refused(copy('team-a/app:2'), { env })).toMatch(/unauthorized|denied|forbidden/i);
  expect(await tags('team-a/app')).toEqual(['1']);
}

ociClientTest(findTool('skopeo', '/usr/bin/skopeo'), 'skopeo with an API key', story);

import path from 'node:path';
import { expect } from '@jest/globals';
import type { OciWorld } from './oci-world.js';
import { USER, ociClientTest } from './oci-world.js';
import { findTool } from './tools.js';

/** More than the server puts on a page. */
const TAGS = 1100;
const REPOSITORIES = 1050;
const AT_ONCE = 10;
const INDEX = 'application/vnd.oci.image.index.v1+json';
const EMPTY = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });

const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const numbered = (length: number) => Array.from({ length }, (_, i) => String(i).padStart(5, '0'));

/** How a client logs in and lists. */
interface Lister {
  login(host: string): readonly (readonly string[])[];
  tags(host: string, repository: string): readonly string[];
  repositories?(host: string): readonly string[];
  read?(output: string): readonly string[];
}

function storyOf({ login, tags, repositories, read = lines }: Lister) {
  return async ({ run, ask, host, folder }: OciWorld): Promise<void> => {
    const env = { DOCKER_CONFIG: path.join(folder, 'docker-config'), REGISTRY_AUTH_FILE: path.join(folder, 'auth.json') };
    const put = async (name: string) => {
      const { status } = await ask(`/v2/${name}`, { method: 'PUT', body: EMPTY, headers: { 'content-type': INDEX } });
      expect(status).toBe(201);
    };
    const putAll = async (names: readonly string[]) => {
      for (let i = 0; i < names.length; i += AT_ONCE) await Promise.all(names.slice(i, i + AT_ONCE).map(put));
    };
    for (const args of login(host)) await run(args, { env });
    await putAll(numbered(TAGS).map((tag) => `team/tags/manifests/${tag}`));
    expect(read(await run(tags(host, 'team/tags'), { env }))).toEqual(numbered(TAGS));
    if (!repositories) return;
    await putAll(numbered(REPOSITORIES).map((name) => `many/${name}/manifests/1`));
    const expected = [...numbered(REPOSITORIES).map((name) => `many/${name}`), 'team/tags'];
    expect(lines(await run(repositories(host), { env }))).toEqual(expected);
  };
}

const skopeo: Lister = {
  login: (host) => [['login', '--tls-verify=false', '-u', USER.name, '-p', USER.password, host]],
  tags: (host, repository) => ['list-tags', '--tls-verify=false', `docker://${host}/${repository}`],
  read: (output) => (JSON.parse(output) as { Tags: string[] }).Tags,
};
const crane: Lister = {
  login: (host) => [['auth', 'login', host, '-u', USER.name, '-p', USER.password]],
  tags: (host, repository) => ['ls', `${host}/${repository}`],
  repositories: (host) => ['catalog', host],
};
const oras: Lister = {
  login: (host) => [['login', '--plain-http', '-u', USER.name, '-p', USER.password, host]],
  tags: (host, repository) => ['repo', 'tags', '--plain-http', `${host}/${repository}`],
  repositories: (host) => ['repo', 'ls', '--plain-http', host],
};
const regctl: Lister = {
  login: (host) => [['registry', 'set', '--tls', 'disabled', host], ['registry', 'login', '-u', USER.name, '-p', USER.password, host]],
  tags: (host, repository) => ['tag', 'ls', `${host}/${repository}`],
  // Of repositories it shows one page, and leaves it to the user to ask for the next.
};

ociClientTest(findTool('skopeo', '/usr/bin/skopeo'), 'skopeo, lists of several pages', storyOf(skopeo));
ociClientTest(findTool('crane', 'bin/crane', ['version']), 'crane, lists of several pages', storyOf(crane));
ociClientTest(findTool('oras', 'bin/oras', ['version']), 'oras, lists of several pages', storyOf(oras));
ociClientTest(findTool('regctl', 'bin/regctl', ['version', '--format', '{{.VCSTag}}']), 'regctl, lists of several pages', storyOf(regctl));

import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { USER, ociClientTest } from '../clients/oci-world.js';
import type { OciWorld } from '../clients/oci-world.js';
import { findTool, sameFile } from '../clients/tools.js';

const CHART = {
  'Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.2.0+build.1\n',
  'values.yaml': 'value: from-the-chart\n',
  'templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Name }}" }\ndata: { value: "{{ .Values.value }}" }\n',
};

async function story({ run, refused, ask, tags, host, folder }: OciWorld): Promise<void> {
  const helm = (...args: string[]) => run(args);
  const plain = '--plain-http';
  const login = (password: string) => ['registry', 'login', plain, host, '-u', USER.name, '-p', password];
  const charts = `oci://${host}/team/charts`;
  const pulled = path.join(folder, 'pulled');
  for (const [name, text] of Object.entries(CHART)) {
    await fs.mkdir(path.dirname(path.join(folder, 'chart', name)), { recursive: true });
    await fs.writeFile(path.join(folder, 'chart', name), text);
  }
  await fs.mkdir(pulled);
  await helm('package', 'chart');
  await helm('package', 'chart', '--version', '1.3.0');
  const [older, newer] = ['demo-1.2.0+build.1.tgz', 'demo-1.3.0.tgz'];

  expect(await refused(['push', older, charts, plain])).toMatch(/401: Unauthorized/);
  expect(await refused(login('wrong'))).toMatch(/unauthorized: authentication required/);
  await helm(...login(USER.password));
  await helm('push', older, charts, plain);
  await helm('push', newer, charts, plain);
  // A tag holds no plus sign.
  expect(await tags('team/charts/demo')).toEqual(['1.2.0_build.1', '1.3.0']);

  // Without a version, and for a range of them, it lists the tags.
  for (const [file, ...version] of [[newer], [newer, '--version', '^1.0'], [older, '--version', '1.2.0+build.1']] as const) {
    await helm('pull', `${charts}/demo`, plain, '--destination', pulled, ...version);
    await sameFile(path.join(folder, file), path.join(pulled, file));
    await fs.rm(path.join(pulled, file));
  }
  expect(await helm('show', 'chart', `${charts}/demo`, plain)).toMatch(/version: 1\.3\.0/);
  expect(await helm('template', 'release', `${charts}/demo`, plain)).toMatch(/value: "from-the-chart"/);
  const digest = (await ask('/v2/team/charts/demo/manifests/1.3.0')).headers.get('docker-content-digest');
  await helm('pull', `${charts}/demo@${digest}`, plain, '--destination', pulled);
  expect(await fs.readdir(pulled)).toHaveLength(1);

  await helm('push', newer, `oci://${host}/public/charts`, plain);
  await helm('registry', 'logout', host);
  expect(await refused(['pull', `${charts}/demo`, plain, '--destination', pulled])).toMatch(/401: unauthorized/);
  await helm('pull', `oci://${host}/public/charts/demo`, plain, '--destination', folder, '--untar');
  expect(await fs.readFile(path.join(folder, 'demo', 'values.yaml'), 'utf8')).toBe(CHART['values.yaml']);
}

ociClientTest(findTool('helm', 'bin/helm', ['version', '--template', '{{.Version}}']), 'helm', story);

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { ContainerEngine } from './container-engine.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const BASE = 'docker.io/library/node:26-bookworm';
const NAME = 'localhost/zot-artifact-store:test';

/** What the image of the tests is built with. */
export const BUILD = { VERSION: '1.2.3-test', REVISION: '0123456789abcdef', SOURCE: 'https://code.example.com/zas' };

export interface BuiltImage {
  readonly name: string;
  /** Folder of an OCI image layout that holds it under the tag `exported`. */
  readonly layout: string;
}

/**
 * Builds the image by the Dockerfile as it is. The official base image is pulled where
 * ZAS_PULL_BASE is set; elsewhere a local image stands in for it.
 */
export async function buildImage(engine: ContainerEngine): Promise<BuiltImage> {
  const pulls = Boolean(process.env['ZAS_PULL_BASE']);
  if (!pulls) await engine.run(path.join(ROOT, 'test/image/make-node-image.sh') as `/${string}`, [BASE]);
  const npm = (setting: string) => execFileSync('npm', ['config', 'get', setting], { cwd: ROOT, encoding: 'utf8' }).trim();
  const authority = [process.env['NODE_EXTRA_CA_CERTS'], npm('cafile')].find((file) => file && file !== 'null');
  const args = Object.entries({ ...BUILD, NODE_IMAGE: BASE, npm_config_registry: npm('registry') });
  await engine.run('buildah', [
    'bud',
    pulls ? '--pull' : '--pull-never',
    '--isolation=chroot',
    '--network=host',
    '--format=docker',
    ...(authority === undefined ? [] : [`--secret=id=ca,src=${authority}`]),
    ...args.map(([name, value]) => `--build-arg=${name}=${value}`),
    `--tag=${NAME}`,
    ROOT,
  ]);
  const layout = path.join(engine.folder, 'layout');
  await engine.run('buildah', ['push', '--quiet', NAME, `oci:${layout}:exported`]);
  return { name: NAME, layout };
}

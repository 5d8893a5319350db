import fs from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@jest/globals';
import { USER, ociClientTest } from '../clients/oci-world.js';
import type { OciWorld } from '../clients/oci-world.js';
import { findTool } from '../clients/tools.js';

async function story({ run, refused, ask, tags, file, host, folder }: OciWorld): Promise<void> {
  // Nothing of the public services: a key of its own, no transparency log, no time stamps.
  const env = { COSIGN_PASSWORD: '', DOCKER_CONFIG: path.join(folder, 'docker-config'), TUF_ROOT: path.join(folder, 'tuf') };
  const cosign = (...args: string[]) => run(args, { env });
  const http = '--allow-http-registry';
  const signing = ['-y', '--key', 'cosign.key', http];
  const services = ['--signing-config', 'services.json'];
  const verify = (key: string, ...args: string[]) => ['verify', '--key', key, '--insecure-ignore-tlog=true', http, ...args];
  const verifyAttestation = (...args: string[]) => ['verify-attestation', '--key', 'cosign.pub', '--insecure-ignore-tlog=true', '--type', 'custom', http, ...args];
  const app = `${host}/team/app`;
  const digestOf = async (tag: string) => (await ask(`/v2/team/app/manifests/${tag}`, { headers: { accept: 'application/vnd.oci.image.manifest.v1+json' } })).headers.get('docker-content-digest')!;
  const referrers = async (digest: string) => ((await (await ask(`/v2/team/app/referrers/${digest}`)).json()) as { manifests: unknown[] }).manifests.length;
  await cosign('generate-key-pair');
  await cosign('generate-key-pair', '--output-key-prefix', 'other');
  await cosign('signing-config', 'create', '--out', 'services.json');
  const [first, second] = [path.basename(await file('first', 1000)), path.basename(await file('second', 1000))];

  expect(await refused(['upload', 'blob', '-f', first, `${app}:1`, http], { env })).toMatch(/401 Unauthorized|UNAUTHORIZED/);
  await cosign('login', host, '-u', USER.name, '-p', USER.password);
  await cosign('upload', 'blob', '-f', first, `${app}:1`, http);
  await cosign('upload', 'blob', '-f', second, `${app}:2`, http);
  const [signed, old] = [await digestOf('1'), await digestOf('2')];

  // As referrers, which is how it does it today.
  expect(await refused(verify('cosign.pub', `${app}:1`), { env })).toMatch(/no signatures found/);
  await cosign('sign', ...signing, ...services, `${app}@${signed}`);
  expect(JSON.parse(await cosign(...verify('cosign.pub', `${app}:1`)))).toMatchObject([{ critical: { image: { 'docker-manifest-digest': signed } } }]);
  await refused(verify('other.pub', `${app}:1`), { env });
  await fs.writeFile(path.join(folder, 'predicate.json'), '{"passed":true}');
  await refused(verifyAttestation(`${app}@${signed}`), { env });
  await cosign('attest', ...signing, ...services, '--type', 'custom', '--predicate', 'predicate.json', `${app}@${signed}`);
  const { payload } = JSON.parse(await cosign(...verifyAttestation(`${app}@${signed}`))) as { payload: string };
  expect(Buffer.from(payload, 'base64').toString()).toContain('passed');
  expect(await referrers(signed)).toBe(2);
  const tree = await cosign('tree', http, `${app}@${signed}`);
  expect(tree).toMatch(/cosign\/sign\/v1/);
  expect(tree).toMatch(/attestation\/v1/);
  expect(await tags('team/app')).toEqual(['1', '2']);

  // Under tags that are made from the digest, which is how it did it.
  const former = [...signing, '--new-bundle-format=false', '--use-signing-config=false', '--tlog-upload=false'];
  const formerly = ['--new-bundle-format=false', `${app}@${old}`];
  await cosign('sign', ...former, `${app}@${old}`);
  expect(JSON.parse(await cosign(...verify('cosign.pub', ...formerly)))).toMatchObject([{ critical: { image: { 'docker-manifest-digest': old } } }]);
  await refused(verify('other.pub', ...formerly), { env });
  await cosign('attest', ...former, '--type', 'custom', '--predicate', 'predicate.json', `${app}@${old}`);
  await cosign(...verifyAttestation(...formerly));
  const made = old.replace(':', '-');
  expect(await tags('team/app')).toEqual(['1', '2', `${made}.att`, `${made}.sig`]);

  // Signatures go with what they sign.
  await cosign('copy', http, `${app}:2`, `${host}/public/copied:2`);
  expect(await tags('public/copied')).toContain(`${made}.sig`);
  await cosign('clean', '--force', '--type', 'all', http, `${app}@${old}`);
  expect(await tags('team/app')).toEqual(['1', '2']);
  await refused(verify('cosign.pub', ...formerly), { env });

  await fs.rm(env.DOCKER_CONFIG, { recursive: true });
  await cosign(...verify('cosign.pub', '--new-bundle-format=false', `${host}/public/copied:2`));
  expect(await refused(verify('cosign.pub', `${app}:1`), { env })).toMatch(/401 Unauthorized|UNAUTHORIZED/);
}

ociClientTest(findTool('cosign', 'bin/cosign', ['version']), 'cosign', story);

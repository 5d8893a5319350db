import crypto from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { OciClient } from '../harness/oci-client.js';
import { ServerProcess } from '../harness/server-process.js';
import { Random } from '../property/random.js';
import { auditStorage } from './audit-storage.js';
import { INLINE_BYTES } from './load-client.js';
import { storePlaces } from './open-stores.js';
import { RegistryClient } from './registry-client.js';
import { RegistryModel, SHARED } from './registry-model.js';
import { runCrash } from './run-crash.js';
import { verifyRegistry } from './verify-registry.js';

const LIMIT = 120_000;
const HOUR_MS = 3_600_000;
const CONFIG = { log: { level: 'error' }, limits: { inlineBytes: INLINE_BYTES } };

describe('a registry that is killed under load', () => {
  it('keeps what it acknowledged, tears nothing and leaks nothing', async () => {
    const seed = crypto.randomInt(2 ** 32);
    process.stderr.write(`crash test of the registry with seed ${seed}\n`);
    const result = await runCrash({ rounds: 4, seed, oci: true });
    expect(result).toMatchObject({ rounds: 4, lost: [], torn: [], leaked: [] });
    expect(result.acknowledged).toBeGreaterThan(0);
  }, LIMIT);
});

describe('the verifier of the registry', () => {
  let server: ServerProcess;
  let client: OciClient;
  const model = new RegistryModel(HOUR_MS);
  const repository = model.own(0);
  const verify = async () => verifyRegistry(model, client, new Random(1));

  beforeAll(async () => {
    server = await ServerProcess.start({ config: CONFIG });
    client = new OciClient(server.url);
    const load = new RegistryClient('load', model, repository, client, new Random(7));
    for (let step = 0; step < 80; step++) await load.step();
  }, LIMIT);

  afterAll(async () => {
    client?.close();
    await server?.remove();
  });

  it('is content with the truth, and with changes in doubt', async () => {
    expect(await verify()).toEqual({ lost: [], torn: [] });
    const [tag] = [...repository.state.tags.keys()];
    repository.pending = { what: 'never sent', at: Date.now(), apply: (state, at) => state.deleteTag(tag!, at) };
    expect(await verify()).toEqual({ lost: [], torn: [] });
    expect(repository.state.tags.has(tag!)).toBe(true);
    await client.delete(`/v2/${repository.name}/manifests/${tag}`);
    repository.pending = { what: 'done', at: Date.now(), apply: (state, at) => state.deleteTag(tag!, at) };
    expect(await verify()).toEqual({ lost: [], torn: [] });
    expect(repository.state.tags.has(tag!)).toBe(false);
  });

  it('finds what is gone', async () => {
    const at = Date.now();
    const { digest } = model.makeBlob('never pushed', 100);
    const location = `/v2/${repository.name}/blobs/uploads/${'0'.repeat(32)}`;
    repository.state.putBlob(digest, at);
    repository.state.tags.set('lost', digest);
    repository.state.uploads.set(location, { name: 'upload', size: 10, durable: 5, sent: 5 });
    const { lost } = await verify();
    expect(lost).toEqual([
      `${repository.name}: blobs ${digest}: absent`,
      `${repository.name}: tag lost: undefined instead of ${digest}`,
      `${repository.name}: upload ${location}: absent`,
    ]);
    repository.state.tags.delete('lost');
    repository.state.uploads.clear();
  });

  it('finds what came back, and an upload that tells other bytes', async () => {
    const pushed = await client.pushBlob(repository.name, 'back again');
    repository.state.gone.add(pushed);
    const location = await client.startUpload(repository.name);
    await client.send('PATCH', location, { body: 'seven b' });
    repository.state.uploads.set(location, { name: 'upload', size: 20, durable: 3, sent: 6 });
    const { lost, torn } = await verify();
    expect(torn[0]).toBe(`${repository.name}: blobs ${pushed}: there, though it was deleted or never pushed`);
    expect(lost).toEqual([`${repository.name}: upload ${location}: 7 bytes, with 3 acknowledged and 6 sent`]);
  });

  it('finds a tag of all that nobody set', async () => {
    const config = model.makeBlob('config', 50);
    await client.pushBlob(SHARED, config.bytes);
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: config.digest, size: 50 };
    await client.putManifest(SHARED, 'v1', { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config: layer, layers: [layer] });
    model.sharedTags.get('v1')!.settle(undefined);
    expect((await verify()).torn).toContain('shared tag v1: a value that nobody wrote');
  });
});

describe('the audit of a registry', () => {
  it('finds rows that contradict each other', async () => {
    const server = await ServerProcess.start({ config: CONFIG });
    try {
      const client = new OciClient(server.url);
      const model = new RegistryModel(HOUR_MS);
      const load = new RegistryClient('load', model, model.own(0), client, new Random(3));
      for (let step = 0; step < 60; step++) await load.step();
      client.close();
      await server.stop('SIGKILL');
      expect(await auditStorage(server.dataDir)).toEqual([]);
      const database = new Database(storePlaces(server.dataDir).database);
      const [id] = database.prepare("select id from repository where name = 'crash/own-0'").pluck().all() as number[];
      database.exec(`insert into tag values (${id}, 'nothing', 'sha256:0', 1, null); insert into manifest_reference values (${id}, 'sha256:0', 'blob', 'sha256:1');
        update repository_usage set bytes = bytes + 1 where repository_id = ${id}; insert into repository_blob values (4711, 'sha256:2', 1, 1, null, null, null)`);
      database.close();
      const found = await auditStorage(server.dataDir);
      expect(found).toEqual(
        expect.arrayContaining([
          'repository_blob of an absent repository: 4711',
          `usage that does not add up in repository: ${id}`,
          `tag without a manifest in repository: ${id}`,
          `reference of an absent manifest in repository: ${id}`,
          `manifest that lacks what it references in repository: ${id}`,
          'blob that counts as used, or as unused, wrongly in repository: 4711',
        ]),
      );
    } finally {
      await server.remove();
    }
  }, LIMIT);
});

import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import { expect } from '@jest/globals';
import { PLUGIN } from './packing-room.js';
import { ROOT_KEYS } from './server-process.js';
import { SignedClient } from './signed-client.js';

/** A server that runs. */
export interface Serving {
  readonly url: string;
  stop(): Promise<unknown>;
}

/**
 * Stores, reads, lists and deletes over S3, and reads again after a restart; all in the
 * third party's plugin.
 * @param serve starts the server with that plugin, with what it had stored before
 * @param log the file in which the plugin keeps it all
 */
export async function storeInThirdParty(serve: () => Promise<Serving>, log: string): Promise<void> {
  const bytes = crypto.randomBytes(300_000);
  let server = await serve();
  try {
    let client = new SignedClient(server.url);
    expect((await client.put('/archive')).status).toBe(200);
    expect((await client.put('/archive/kept', bytes)).status).toBe(200);
    expect((await client.put('/archive/dropped', bytes.subarray(1))).status).toBe(200);
    expect((await client.get('/archive/dropped')).body.equals(bytes.subarray(1))).toBe(true);
    expect((await client.delete('/archive/dropped')).status).toBe(204);
    const storage = (await inventory(client)).filter(({ provides }) => provides.includes('storage.blobs/v1alpha'));
    expect(storage).toMatchObject([{ id: PLUGIN, state: 'started' }]);
    expect((await fs.stat(log)).size).toBeGreaterThan(2 * bytes.length - 1);
    client.close();
    await server.stop();

    server = await serve();
    client = new SignedClient(server.url);
    expect((await client.get('/archive/kept')).body.equals(bytes)).toBe(true);
    const list = (await client.get('/archive?list-type=2')).text;
    expect([...list.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key)).toEqual(['kept']);
    client.close();
  } finally {
    await server.stop();
  }
}

async function inventory(client: SignedClient): Promise<{ id: string; state: string; provides: string[] }[]> {
  const authorization = `Basic ${Buffer.from(`${ROOT_KEYS.accessKeyId}:${ROOT_KEYS.secretAccessKey}`).toString('base64')}`;
  const answer = await client.sendRaw({ method: 'GET', path: '/admin/plugins', headers: { authorization } });
  return (JSON.parse(answer.text) as { plugins: { id: string; state: string; provides: string[] }[] }).plugins;
}

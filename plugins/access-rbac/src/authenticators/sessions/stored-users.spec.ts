import { describe, expect, it } from '@jest/globals';
import crypto from 'node:crypto';
import { AccessWorld } from '../../access-world.spec.fixture.js';
import { KeptDocuments } from './kept-documents.js';
import { keptPrincipal, Sessions, type KeptSession } from './sessions.js';

describe('a login session', () => {
  it('of a stored user goes on in an account that the config does not name', async () => {
    const world = new AccessWorld();
    const access = await world.home();
    await access.parts.users.create(world.context, '111111111111', 'ann', {});
    const { key } = await access.parts.keys.create(world.context, '111111111111', 'ann', { kind: 'api' });
    const { principal } = (await access.knownKeys.find(world.context, key.id))!;
    const documents = new KeptDocuments<KeptSession>(world.store, 'sessions', world.clock, (size: number) => crypto.randomBytes(size).toString('hex'));
    const renew = access.credentials.lookAgain.bind(access.credentials);
    const sessions = new Sessions({ documents, clock: world.clock, randomBytes: (size: number) => crypto.randomBytes(size), accountOf: (context, id) => access.credentials.account(context, id), renew }, 60_000);
    const begun = await sessions.begin(world.context, keptPrincipal(principal));
    expect(await sessions.find(world.context, begun)).toMatchObject({ id: 'local:ann', account: principal.account });
    await access.parts.keys.delete(world.context, '111111111111', 'ann', key.id);
    expect(await sessions.find(world.context, begun)).toBeUndefined();
  });
});

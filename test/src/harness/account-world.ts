import { ServerProcess } from './server-process.js';
import { type Keys, SignedClient } from './signed-client.js';

/** One account's root, or somebody in it. */
export interface Party {
  readonly id: string;
  readonly displayName: string;
  readonly account: string;
  readonly canonicalId: string;
  readonly keys: Keys;
}

const party = (id: string, digit: string, name = id): Party => ({
  id: name,
  displayName: `${name} of ${id}`,
  account: digit.repeat(12),
  canonicalId: digit.repeat(64),
  keys: { accessKeyId: `KEYOF${name.toUpperCase()}`, secretAccessKey: `secret-of-${name}` },
});

/** Three accounts that have nothing to do with each other, and a user in the first. */
export const ALICE = party('alice', '1');
export const BOB = party('bob', '2');
export const CAROL = party('carol', '3');
/** In Alice's account, without any policy of his own. */
export const ARTHUR = party('alice', '1', 'arthur');

/** A server with three accounts, a client for each and one for nobody. */
export class AccountWorld {
  readonly alice: SignedClient;
  readonly bob: SignedClient;
  readonly carol: SignedClient;
  readonly arthur: SignedClient;
  readonly nobody: SignedClient;

  private constructor(readonly server: ServerProcess) {
    const clientOf = ({ keys }: Party) => new SignedClient(server.url, keys);
    [this.alice, this.bob, this.carol, this.arthur] = [clientOf(ALICE), clientOf(BOB), clientOf(CAROL), clientOf(ARTHUR)];
    this.nobody = new SignedClient(server.url, 'anonymous');
  }

  static async start(config: Record<string, unknown> = {}): Promise<AccountWorld> {
    const identities = [ALICE, BOB, CAROL, ARTHUR].map(({ id, displayName, account, canonicalId, keys }) => ({ id, displayName, account, canonicalId, ...keys }));
    return new AccountWorld(await ServerProcess.start({ config: { log: { level: 'error' }, ...config, identities } }));
  }

  get accounts(): readonly SignedClient[] {
    return [this.alice, this.bob, this.carol];
  }

  async remove(): Promise<void> {
    for (const client of [...this.accounts, this.arthur, this.nobody]) client.close();
    await this.server.remove();
  }
}

/** Makes a bucket where ACLs and public access are up to it. */
export async function openBucket(owner: SignedClient, bucket: string, ownership = 'ObjectWriter', headers: Record<string, string> = {}): Promise<void> {
  for (const answer of [
    await owner.put(bucket, undefined, { 'x-amz-object-ownership': ownership, ...headers }),
    await owner.delete(`${bucket}?publicAccessBlock`),
  ]) {
    if (answer.status >= 300) throw new Error(answer.text);
  }
}

/** A bucket policy of these statements. */
export function policyOf(...statements: readonly Record<string, unknown>[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Sets up the state of a test; what fails there must not pass for a refusal later. */
export async function must(answer: ReturnType<SignedClient['send']>): ReturnType<SignedClient['send']> {
  const done = await answer;
  if (done.status >= 300) throw new Error(`${done.status} ${done.text}`);
  return done;
}

import { ALICE, ARTHUR, BOB, type Party } from './account-world.js';
import { OciClient } from './oci-client.js';
import { ServerProcess } from './server-process.js';

/** Actions of a policy on repositories, which may hold `*`. */
export const allow = (Action: string | readonly string[], repositories: string, more: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource: `arn:zas:oci:::${repositories}`,
  ...more,
});

/** A policy of these statements, as identities have it. */
export const policy = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });

/**
 * A registry with two accounts, Alice's and Bob's, and Arthur in Alice's account,
 * who may what his policies say.
 */
export class OciWorld {
  readonly alice: OciClient;
  readonly arthur: OciClient;
  readonly bob: OciClient;
  readonly root: OciClient;
  readonly nobody: OciClient;

  private constructor(readonly server: ServerProcess) {
    this.root = new OciClient(server.url);
    [this.alice, this.arthur, this.bob, this.nobody] = [this.root.as(ALICE.keys), this.root.as(ARTHUR.keys), this.root.as(BOB.keys), this.root.as(null)];
  }

  /** @param arthur his policies @param dataDir of a world that was stopped */
  static async start(config: Record<string, unknown> = {}, arthur: readonly object[] = [], dataDir?: string): Promise<OciWorld> {
    const identityOf = ({ id, displayName, account, canonicalId, keys }: Party) => ({ id, displayName, account, canonicalId, ...keys });
    const identities = [identityOf(ALICE), identityOf(BOB), { ...identityOf(ARTHUR), id: 'arthur', policies: arthur }];
    return new OciWorld(await ServerProcess.start({ config: { ...config, identities }, dataDir }));
  }

  /** Stops the server; its data stay. */
  async stop(): Promise<void> {
    this.root.close();
    await this.server.stop();
  }

  /** Stops it and removes its data. Throws when the server had to tell of an error of its own. */
  async remove(): Promise<void> {
    this.root.close();
    await this.server.remove();
    const failed = this.server.log.split('\n').filter((line) => line.includes('"level":"error"'));
    if (failed.length > 0) throw new Error(`The server failed:\n${failed.join('\n')}`);
  }
}

import { OciClient } from '../harness/oci-client.js';
import { Random } from '../property/random.js';
import type { CrashDoor } from './crash-door.js';
import type { Findings } from './findings.js';
import { RegistryClient } from './registry-client.js';
import { RegistryModel } from './registry-model.js';
import { verifyRegistry } from './verify-registry.js';

const DELAY_MS = 1500;

/** Of the tested server: what is unused goes while clients push. */
export const REGISTRY_CONFIG = { collectDelaySeconds: DELAY_MS / 1000, repositories: [{ repositories: '*', collectUntagged: true }] };

/** The registry, in a repository for each slot and one for all. */
export class RegistryDoor implements CrashDoor {
  readonly calls = [
    'blob-begin',
    'blob-append',
    'blob-suspend',
    'blob-commit',
    'blob-delete',
    'apply-create-repository',
    'apply-start-blob-upload',
    'apply-cancel-blob-upload',
    'apply-link-blob',
    'apply-mount-blob',
    'apply-unlink-blob',
    'apply-put-manifest',
    'apply-delete-tag',
    'apply-delete-manifest',
    'apply-claim-contents',
    'apply-forget-contents',
  ];
  private readonly model = new RegistryModel(DELAY_MS);
  private readonly random: Random;

  constructor(random: Random) {
    this.random = new Random(random.integer(0, 2 ** 31));
  }

  get acknowledged(): number {
    return this.model.acknowledged;
  }

  async verify(url: string): Promise<Findings> {
    const client = new OciClient(url);
    try {
      return await verifyRegistry(this.model, client, this.random);
    } finally {
      client.close();
    }
  }

  connect(url: string, name: string, slot: number, random: Random) {
    const connection = new OciClient(url);
    const client = new RegistryClient(name, this.model, this.model.own(slot), connection, random);
    return { client, close: () => connection.close() };
  }

  /** Uploads are given up then, and what is unused is gone. */
  audited(): void {
    for (const repository of this.model.repositories.values()) {
      repository.state.uploads.clear();
      repository.state.forgetDelays();
      // Was it done, then what it let go is gone too.
      if (repository.pending) repository.pending = { ...repository.pending, at: 0 };
    }
  }
}

import type { CallContext, RepositoryRecord } from '@zas/plugin-api';
import { StoreError, isStoreError } from '@zas/plugin-api';
import type { ArtifactRegistry } from './artifact-registry.js';

/** The repository of that name. Throws `not-found`, reason `repository`. */
export async function requireRepository(registry: ArtifactRegistry, context: CallContext, name: string): Promise<RepositoryRecord> {
  const repository = await registry.metadata.repositories.find(context, name);
  if (!repository) throw new StoreError('not-found', 'The repository does not exist', { details: { reason: 'repository', repository: name } });
  return repository;
}

/** Makes a repository for an account, or answers the one that somebody else made meanwhile. */
export async function createRepository(registry: ArtifactRegistry, context: CallContext, name: string, owner: string): Promise<RepositoryRecord> {
  try {
    await registry.metadata.apply(context, { kind: 'create-repository', name, owner, at: registry.clock.now() });
  } catch (error) {
    if (!isStoreError(error) || error.details.reason !== 'repository') throw error;
  }
  return requireRepository(registry, context, name);
}

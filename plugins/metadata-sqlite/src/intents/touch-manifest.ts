import type { Outcomes, TouchManifest } from '@zas/plugin-api';
import { touchManifest as touch } from '../tables/manifest-table.js';
import { findRepository } from '../tables/repository-table.js';
import type { WriteSession } from '../writer/write-session.js';

export function touchManifest(session: WriteSession, { repositoryId, digest, at }: TouchManifest): Outcomes['touch-manifest'] {
  findRepository(session, repositoryId);
  touch(session, repositoryId, digest, at);
  return {};
}

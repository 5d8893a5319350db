import type { BuiltInPlugin, Config } from '@zas/config';
import type { RootCredentials } from './root-credentials.js';

/** What the server loads when the config says nothing else. */
export function builtInPlugins(config: Config, root: RootCredentials): readonly BuiltInPlugin[] {
  const { accessKeyId, secretAccessKey } = root;
  return [
    { use: '@zas/storage-filesystem', name: 'storage-filesystem' },
    { use: '@zas/metadata-sqlite', name: 'metadata-sqlite' },
    { use: '@zas/access-rbac', name: 'access-rbac', config: { identities: config.identities, root: { accessKeyId, secretAccessKey } } },
    { use: '@zas/metrics-prometheus', name: 'metrics-prometheus' },
  ];
}

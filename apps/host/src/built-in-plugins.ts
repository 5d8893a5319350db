import type { BuiltInPlugin, Config } from '@zas/config';
import { anonymousSettings } from './oci/anonymous-policy.js';
import type { RootCredentials } from './root-credentials.js';

/** What the server loads when the config says nothing else. */
export function builtInPlugins(config: Config, root: RootCredentials): readonly BuiltInPlugin[] {
  const { accessKeyId, secretAccessKey } = root;
  const repositoryPolicy = anonymousSettings(config.oci.anonymous)?.policy;
  const accessConfig = { identities: config.identities, root: { accessKeyId, secretAccessKey }, ...(repositoryPolicy === undefined ? {} : { repositoryPolicy }) };
  return [
    { use: '@zas/storage-filesystem', name: 'storage-filesystem' },
    { use: '@zas/metadata-sqlite', name: 'metadata-sqlite' },
    { use: '@zas/access-rbac', name: 'access-rbac', config: accessConfig },
    { use: '@zas/metrics-prometheus', name: 'metrics-prometheus' },
  ];
}

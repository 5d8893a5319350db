import type { Logger } from '@zas/plugin-api';
import { jobs, objects } from '@zas/plugin-api';
import type { LoadedConfig } from '@zas/config';
import type { PluginHost } from '@zas/plugin-host';
import { createPluginHost } from './app.js';
import { JobRunner } from './jobs/job-runner.js';
import { ObjectsService } from './plugins/objects-service.js';
import { openTls } from './tls/open-tls.js';

/** Stands in where no key pair is to be made: checking must not write anything. */
const NO_PAIR = { accessKeyId: 'not-made-yet', secretAccessKey: 'not-made-yet' };

/**
 * Loads and checks every plugin with its config, and the files of TLS, without starting anything.
 * @throws PluginHostError with all problems of plugins, Error with the first of TLS
 */
export async function loadForCheck(loaded: LoadedConfig, logger: Logger): Promise<PluginHost> {
  await openTls(loaded.config, logger);
  const plugins = hostOfTools(loaded, logger);
  await plugins.load();
  return plugins;
}

/** The plugins without a server around them: no door opens, no job runs. */
export function hostOfTools(loaded: LoadedConfig, logger: Logger): PluginHost {
  const { accessKey, secretKey } = loaded.config.root;
  const root = accessKey !== undefined && secretKey !== undefined ? { accessKeyId: accessKey, secretAccessKey: secretKey } : NO_PAIR;
  const plugins = createPluginHost({ loaded, logger }, root);
  plugins.provideService(jobs, new JobRunner());
  plugins.provideService(objects, new ObjectsService());
  return plugins;
}

import { configSchema, redact, redactConfig } from '@zas/config';
import { loadForCheck } from '../../check-config.js';
import type { ConfiguredCall, Outcome } from '../outcome.js';

/** The configuration in force, secrets as stars. */
export async function printConfig({ loaded, logger }: ConfiguredCall): Promise<Outcome> {
  const fragments = (await loadForCheck(loaded, logger)).configSchemas();
  return {
    good: true,
    text: redact(loaded.config, configSchema, fragments).trimEnd(),
    value: { config: redactConfig(loaded.config, configSchema, fragments) },
  };
}

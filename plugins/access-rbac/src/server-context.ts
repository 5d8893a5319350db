import type { CallContext, Logger } from '@zas/plugin-api';

/** For the plugin's own work, which nobody asked for. */
export function serverContext(logger: Logger): CallContext {
  return { requestId: 'access-rbac', logger, signal: new AbortController().signal };
}

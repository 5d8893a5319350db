import type { Logger } from '@zas/plugin-api';

const ignore = (): void => undefined;

/** Throws every line away. */
export const noopLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => noopLogger };

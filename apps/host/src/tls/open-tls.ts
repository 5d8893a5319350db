import fs from 'node:fs/promises';
import type { Config } from '@zas/config';
import type { Logger } from '@zas/plugin-api';
import { ServerTls } from './server-tls.js';

/** The server's TLS over the real files; `undefined` where it speaks plain HTTP. Throws as `ServerTls.open`. */
export async function openTls({ http }: Config, logger: Logger): Promise<ServerTls | undefined> {
  if (http.tls === undefined) return undefined;
  const read = (file: string) => fs.readFile(file);
  const later = (call: () => void, afterMs: number) => {
    const timer = setTimeout(call, afterMs).unref();
    return () => clearTimeout(timer);
  };
  return ServerTls.open(http.tls, { read, later, logger });
}

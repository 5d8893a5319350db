import { readFileSync } from 'node:fs';

/** Of this server's package. */
export function serverVersion(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}

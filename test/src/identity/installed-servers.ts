import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import net from 'node:net';

/** Where `scripts/install-identity.sh` puts what comes from package registries. */
const INSTALLED = path.resolve(import.meta.dirname, '../../.clients');

/** The first of these that is there. */
export const firstOf = (...files: readonly string[]): string | undefined => files.find((file) => fs.existsSync(file));

export const SLAPD = firstOf('/usr/sbin/slapd', '/usr/lib/openldap/slapd');
export const OPENSSL = firstOf('/usr/bin/openssl', '/usr/local/bin/openssl', '/opt/homebrew/bin/openssl');
export const KEYCLOAK = firstOf(path.join(INSTALLED, 'keycloak/bin/kc.sh'));

/** Why there is no Keycloak, where the script could say; else `undefined`. */
export const KEYCLOAK_OBSTACLE = fs.readFileSync(firstOf(path.join(INSTALLED, 'keycloak.obstacle')) ?? os.devNull, 'utf8').trim() || undefined;

/** A port of the loopback address that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

export const temporaryFolder = (name: string): Promise<string> => fs.promises.mkdtemp(path.join(os.tmpdir(), `zas-${name}-`));

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where `scripts/install-identity.sh` puts what comes from package registries. */
const INSTALLED = path.resolve(import.meta.dirname, '../../.clients');

/** The first of these that is there. */
export const firstOf = (...files: readonly string[]): string | undefined => files.find((file) => fs.existsSync(file));

export const SLAPD = firstOf('/usr/sbin/slapd', '/usr/lib/openldap/slapd');
export const OPENSSL = firstOf('/usr/bin/openssl', '/usr/local/bin/openssl', '/opt/homebrew/bin/openssl');
export const KEYCLOAK = firstOf(path.join(INSTALLED, 'keycloak/bin/kc.sh'));

/** Why there is no Keycloak, where the script could say; else `undefined`. */
export const KEYCLOAK_OBSTACLE = fs.readFileSync(firstOf(path.join(INSTALLED, 'keycloak.obstacle')) ?? os.devNull, 'utf8').trim() || undefined;

export const temporaryFolder = (name: string): Promise<string> => fs.promises.mkdtemp(path.join(os.tmpdir(), `zas-${name}-`));

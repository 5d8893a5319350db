import crypto from 'node:crypto';
import { makeDataFolder } from '../../data-folder.js';
import { makeKeyPair, replaceRootCredentials } from '../../root-credentials.js';
import type { ConfiguredCall, Outcome } from '../outcome.js';

const MASTER_KEY_BYTES = 32;

/** A key pair for the root of the server, printed as environment variables and not kept. */
export function makeRootKeys(): Outcome {
  const { accessKeyId, secretAccessKey } = makeKeyPair();
  return {
    good: true,
    text: `ZAS_ROOT_ACCESS_KEY=${accessKeyId}\nZAS_ROOT_SECRET_KEY=${secretAccessKey}`,
    value: { accessKeyId, secretAccessKey },
  };
}

/** A new pair in the data folder, in place of the one that is there. */
export async function replaceRootKeys({ loaded: { config } }: ConfiguredCall): Promise<Outcome> {
  if (config.root.accessKey !== undefined) {
    const says = 'The configuration gives the root pair (root.accessKey); change it there.';
    return { good: false, text: says, value: { reason: says } };
  }
  await makeDataFolder(config.data.dir);
  const { accessKeyId, secretAccessKey, file } = await replaceRootCredentials(config.data.dir);
  return {
    good: true,
    text: [
      `Access key   ${accessKeyId}`,
      `Secret key   ${secretAccessKey}`,
      `             (kept in ${file})`,
      'A server that runs keeps the old pair until it is started again.',
    ].join('\n'),
    value: { accessKeyId, secretAccessKey, file },
  };
}

/** A master key of access-rbac, for servers that share a store. It is kept by nobody, so none can be replaced. */
export function makeMasterKey(replace: boolean): Outcome {
  if (replace) {
    const says = '--replace is for the root pair; a master key is put where the configuration reads it.';
    return { good: false, text: says, value: { reason: says } };
  }
  const masterKey = crypto.randomBytes(MASTER_KEY_BYTES).toString('base64');
  return { good: true, text: masterKey, value: { masterKey } };
}

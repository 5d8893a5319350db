import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { badRequest, repeated } from '../errors/oci-error.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Around a name of 255 characters there is more than enough room. */
const MAX_LENGTH = 512;

/**
 * A position in a list at a name that the client may not learn: unreadable, and not to
 * be made by others (AES-256-GCM).
 * @param secret of the server
 */
export function sealPosition(secret: Uint8Array, name: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce);
  return Buffer.concat([nonce, cipher.update(name, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** @throws OciError `UNSUPPORTED` 400 for what `sealPosition` did not make with this secret */
export function openPosition(secret: Uint8Array, text: string): string {
  const bytes = text.length <= MAX_LENGTH ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw badRequest('no position in the list', { from: repeated(text) });
  }
}

function keyOf(secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update('position in a list').digest();
}

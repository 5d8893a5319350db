import { createHmac } from 'node:crypto';
import type { CredentialScope } from './request.js';

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

/** The key of one secret, day, region and service (Signature Version 4, "Derive a signing key"). */
export function deriveSigningKey(secret: string, scope: CredentialScope): Buffer {
  const day = hmac(`AWS4${secret}`, scope.date);
  const region = hmac(day, scope.region);
  return hmac(hmac(region, scope.service), 'aws4_request');
}

/**
 * Remembers signing keys, so that a request costs one HMAC instead of five.
 * Bounded; the longest unused goes first. A changed secret is another entry, so
 * nothing needs to be invalidated.
 */
export class SigningKeyCache {
  readonly #keys = new Map<string, Buffer>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#keys.size;
  }

  find(secret: string, scope: CredentialScope): Buffer {
    const name = `${scope.date}/${scope.region}/${scope.service}/${secret}`;
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = deriveSigningKey(secret, scope);
      if (this.#keys.size >= this.#limit) {
        for (const oldest of this.#keys.keys()) {
          this.#keys.delete(oldest);
          break;
        }
      }
    } else {
      this.#keys.delete(name);
    }
    this.#keys.set(name, key);
    return key;
  }
}

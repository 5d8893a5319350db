import crypto from 'node:crypto';
import type { CallContext, Clock, MetadataStore } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';

const PLACE = { namespace: 'host', collection: 'secrets', id: 'oci-tokens' } as const;
const DAY_MS = 86_400_000;
/** A key signs this long. */
const SIGNS_MS = DAY_MS;

interface KeptKey {
  readonly id: string;
  /** Base64. */
  readonly secret: string;
  readonly madeAt: number;
}

interface Kept {
  readonly keys: readonly KeptKey[];
  /** Base64: under it fingerprints of credentials are made. */
  readonly pepper: string;
}

export interface TokenKey {
  readonly id: string;
  readonly secret: Uint8Array;
}

/**
 * Keys that sign tokens: a new one each day, kept in the metadata store, so that
 * all processes over it know them. A key goes once no token of it can be good.
 */
export class TokenKeys {
  private kept: Kept = { keys: [], pepper: '' };

  /** @param goodMs longest life of a token */
  constructor(
    private readonly metadata: MetadataStore,
    private readonly clock: Clock,
    private readonly goodMs: number,
  ) {}

  /** The key to sign with now. Throws what the metadata store throws. */
  async signing(context: CallContext): Promise<TokenKey> {
    if (!this.isFresh()) await this.renew(context);
    return keyOf(this.kept.keys[0]!);
  }

  /** The key of that id, which another process may have made. */
  async find(context: CallContext, id: string): Promise<TokenKey | undefined> {
    const known = () => this.kept.keys.find((key) => key.id === id);
    if (!known()) await this.load(context);
    const key = known();
    return key && keyOf(key);
  }

  /** What a token says of the secret behind it: it is good only while that stays. */
  fingerprint(secret: string): string {
    return crypto.createHmac('sha256', this.kept.pepper).update(secret).digest('base64url').slice(0, 22);
  }

  private isFresh(): boolean {
    const newest = this.kept.keys[0];
    return newest !== undefined && this.clock.now() - newest.madeAt < SIGNS_MS;
  }

  private async load(context: CallContext): Promise<number> {
    const found = await this.metadata.documents.find(context, PLACE.namespace, PLACE.collection, PLACE.id);
    if (found) this.kept = found.value as Kept;
    return found?.revision ?? 0;
  }

  private async renew(context: CallContext): Promise<void> {
    const ifRevision = await this.load(context);
    if (this.isFresh()) return;
    const now = this.clock.now();
    const key: KeptKey = { id: crypto.randomBytes(6).toString('base64url'), secret: crypto.randomBytes(32).toString('base64'), madeAt: now };
    const good = this.kept.keys.filter(({ madeAt }) => now - madeAt < SIGNS_MS + this.goodMs);
    const value: Kept = { keys: [key, ...good], pepper: this.kept.pepper || crypto.randomBytes(32).toString('base64') };
    try {
      await this.metadata.apply(context, { kind: 'put-document', ...PLACE, value, ifRevision });
    } catch (error) {
      // Another process was first; its key counts.
      if (!isStoreError(error) || error.code !== 'precondition-failed') throw error;
    }
    await this.load(context);
  }
}

const keyOf = ({ id, secret }: KeptKey): TokenKey => ({ id, secret: Buffer.from(secret, 'base64') });

import { StoreError, type CallContext } from '@zas/plugin-api';
import crypto from 'node:crypto';
import type { KeyRing } from '../secrets/key-ring.js';
import { absent, putKey, removeKey, type AccessStore } from './access-store.js';
import type { RecordChanges } from './change-records.js';
import { newAccessKey, newApiKey, type RandomNumber } from './key-format.js';
import type { KeyKind, KeyRecord } from './records.js';

const MOST_KEYS = 20;
const PURPOSE = 'access-keys';

export interface NewKey {
  readonly kind: KeyKind;
  readonly description?: string;
  readonly policy?: string;
  readonly expiresAt?: number;
}

/** A key that was just made; its secret is not shown again. */
export interface MadeKey {
  readonly key: KeyRecord;
  /** Of an API key the whole of it. */
  readonly secret: string;
}

/** Keys of users. */
export class Keys {
  readonly #store: AccessStore;
  readonly #changes: RecordChanges;
  readonly #ring: KeyRing;
  readonly #random: RandomNumber;

  constructor(store: AccessStore, changes: RecordChanges, ring: KeyRing, random: RandomNumber) {
    this.#store = store;
    this.#changes = changes;
    this.#ring = ring;
    this.#random = random;
  }

  /** Newest last. */
  async list(context: CallContext, account: string, user: string): Promise<readonly KeyRecord[]> {
    const ids = await this.#store.keysOf(context, account, user);
    const found = await Promise.all(ids.map((id) => this.#store.find(context, 'keys', id)));
    return found.flatMap((one) => (one === undefined ? [] : [one.record])).sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Throws `not-found` for the user; `conflict` when he has too many. */
  create(context: CallContext, account: string, user: string, key: NewKey): Promise<MadeKey> {
    return this.#changes.change(context, account, async () => {
      if (user.includes(':') || !(await this.#store.findOwned(context, 'users', account, user))) throw absent('user');
      await this.#requireRoom(context, account, user);
      const answer = this.#made(account, user, key);
      return { writes: putKey(answer.key, 0), answer };
    });
  }

  /** Throws `not-found`. */
  update(context: CallContext, account: string, user: string, id: string, patch: { enabled?: boolean; description?: string; expiresAt?: number | null }): Promise<KeyRecord> {
    return this.#changes.change(context, account, async () => {
      const { expiresAt: old, ...key } = await this.#get(context, account, user, id);
      const { enabled = key.enabled, description = key.description, expiresAt = old ?? null } = patch;
      const answer = { ...key, enabled, description, ...(expiresAt === null ? {} : { expiresAt }) };
      return { writes: putKey(answer), answer };
    });
  }

  /** A new one in its place, enabled or not as it was; the old one is good for `graceMs` more. Throws `not-found`; `conflict` when the user has too many. */
  rotate(context: CallContext, account: string, user: string, id: string, graceMs: number): Promise<MadeKey> {
    return this.#changes.change(context, account, async () => {
      const { kind, description, policy, expiresAt, ...old } = await this.#get(context, account, user, id);
      await this.#requireRoom(context, account, user);
      const made = this.#made(account, user, { kind, description, policy, expiresAt });
      const answer = { ...made, key: { ...made.key, enabled: old.enabled } };
      const end = Math.min(this.#changes.clock.now() + graceMs, expiresAt ?? Infinity);
      const former = { ...old, kind, description, ...(policy === undefined ? {} : { policy }), expiresAt: end };
      return { writes: [...putKey(answer.key, 0), ...putKey(former)], answer };
    });
  }

  /** Throws `not-found`. */
  delete(context: CallContext, account: string, user: string, id: string): Promise<void> {
    return this.#changes.change(context, account, async () => ({ writes: removeKey(await this.#get(context, account, user, id)), answer: undefined }));
  }

  /** Of an access key, whose secret is needed to check signatures. Throws `corrupt`. */
  secretOf({ id, secret }: KeyRecord): string {
    return this.#ring.open(PURPOSE, secret, id).toString('utf8');
  }

  /** In constant time. */
  isTokenOf({ id, secret }: KeyRecord, token: string): boolean {
    const kept = Buffer.from(secret, 'base64url');
    return this.#ring.deriveAll(PURPOSE).some((key) => crypto.timingSafeEqual(hashOf(key, id, token), kept));
  }

  async #requireRoom(context: CallContext, account: string, user: string): Promise<void> {
    const present = await this.#store.keysOf(context, account, user);
    if (present.length >= MOST_KEYS) throw new StoreError('conflict', `A user has at most ${MOST_KEYS} keys`);
  }

  async #get(context: CallContext, account: string, user: string, id: string): Promise<KeyRecord> {
    const found = await this.#store.find(context, 'keys', id);
    if (found?.record.account !== account || found.record.user !== user) throw absent('key');
    return found.record;
  }

  #made(account: string, user: string, { kind, description = '', policy, expiresAt }: NewKey): MadeKey {
    const common = {
      kind,
      account,
      user,
      description,
      enabled: true,
      ...(policy === undefined ? {} : { policy }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      createdAt: this.#changes.clock.now(),
    };
    if (kind === 'access') {
      const { id, secret } = newAccessKey(this.#random);
      return { key: { ...common, id, secret: this.#ring.seal(PURPOSE, Buffer.from(secret, 'utf8'), id) }, secret };
    }
    const { id, token } = newApiKey(this.#random);
    return { key: { ...common, id, secret: hashOf(this.#ring.derive(PURPOSE), id, token).toString('base64url') }, secret: token };
  }
}

function hashOf(key: Buffer, id: string, token: string): Buffer {
  return crypto.createHmac('sha256', key).update(`${id}\n${token}`, 'utf8').digest();
}

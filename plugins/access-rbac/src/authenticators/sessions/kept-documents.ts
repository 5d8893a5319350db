import type { CallContext, Clock, MetadataStore } from '@zas/plugin-api';
import { isStoreError } from '@zas/plugin-api';

const NAMESPACE = 'access-rbac';
/** Looked at with each new one, from a random place on: those that have ended do not pile up. */
const SWEPT = 20;

export interface Ending {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Documents of one collection that end by themselves. Their ids are spread evenly over hexadecimal numbers. */
export class KeptDocuments<T extends Ending> {
  constructor(
    private readonly metadata: MetadataStore,
    private readonly collection: string,
    private readonly clock: Clock,
    private readonly randomHex: (bytes: number) => string,
  ) {}

  /** @returns `undefined` when it is not there, or has ended */
  async find(context: CallContext, id: string): Promise<{ readonly value: T; readonly revision: number } | undefined> {
    const found = await this.metadata.documents.find(context, NAMESPACE, this.collection, id);
    if (!found || (found.value as T).expiresAt <= this.clock.now()) return undefined;
    return { value: found.value as T, revision: found.revision };
  }

  async add(context: CallContext, id: string, value: T): Promise<void> {
    await this.#put(context, id, value, 0);
    await this.#sweep(context);
  }

  /** @returns false when it is no longer what it was */
  async replace(context: CallContext, id: string, value: T, ifRevision: number): Promise<boolean> {
    return unlessChanged(this.#put(context, id, value, ifRevision));
  }

  /** @returns false when it is no longer what it was */
  async remove(context: CallContext, id: string, ifRevision?: number): Promise<boolean> {
    return unlessChanged(this.metadata.apply(context, { kind: 'delete-document', namespace: NAMESPACE, collection: this.collection, id, ifRevision }));
  }

  #put(context: CallContext, id: string, value: T, ifRevision: number) {
    return this.metadata.apply(context, { kind: 'put-document', namespace: NAMESPACE, collection: this.collection, id, value, ifRevision });
  }

  async #sweep(context: CallContext): Promise<void> {
    const seen = await this.metadata.documents.list(context, NAMESPACE, this.collection, { after: this.randomHex(8), limit: SWEPT });
    const ended = seen.filter(({ value }) => (value as T).expiresAt <= this.clock.now());
    if (ended.length === 0) return;
    const writes = ended.map(({ id }) => ({ collection: this.collection, id }));
    await this.metadata.apply(context, { kind: 'write-documents', namespace: NAMESPACE, writes });
  }
}

async function unlessChanged(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isStoreError(error) && error.code === 'precondition-failed') return false;
    throw error;
  }
}

import type { CallContext, Document, EventListener, FeedEntry } from '@zas/plugin-api';
import { type AuditDocuments, stateWrite } from './audit-documents.js';
import { copyOf } from './audit-record.js';
import { type ChainWriter, MOST_RECORDS } from './chain-writer.js';
import { recordOfChange } from './change-records.js';

const FED = 'fed';

export interface ChangeListenerParts {
  readonly enabled: boolean;
  readonly documents: AuditDocuments;
  readonly writer: ChainWriter;
  /** Account of whoever has that credential; `undefined` when it is gone. */
  readonly accountOf: (context: CallContext, credentialId: string) => Promise<string | undefined>;
  /** Told how each writing ended. */
  readonly wrote: (error?: unknown) => void;
}

const positionIn = (state: Document | undefined): string | undefined => (state?.value as { position: string } | undefined)?.position;

/** Position of the last change that the trail has. */
export async function fedTo(context: CallContext, documents: AuditDocuments): Promise<string | undefined> {
  return positionIn(await documents.state(context, FED));
}

/** Brings changes from the feed into the trail, each once: how far it came is committed with the records. */
export class ChangeListener implements EventListener {
  readonly name = 'audit';

  constructor(private readonly parts: ChangeListenerParts) {}

  async handle(context: CallContext, entries: readonly FeedEntry[]): Promise<void> {
    if (!this.parts.enabled) return;
    for (let from = 0; from < entries.length; from += MOST_RECORDS) await this.take(context, entries.slice(from, from + MOST_RECORDS));
  }

  private async take(context: CallContext, entries: readonly FeedEntry[]): Promise<void> {
    const { documents, writer, wrote } = this.parts;
    const accounts = await this.accounts(context, entries);
    try {
      await writer.write(context, async () => {
        const state = await documents.state(context, FED);
        const known = positionIn(state) ?? '';
        const fresh = entries.filter(({ position }) => position > known);
        const last = fresh.at(-1);
        if (last === undefined) return undefined;
        const records = fresh.map((entry) => copyOf(recordOfChange(entry, accounts.get(entry.credentialId!))));
        // Of two processes that were handed the same entries one fails here.
        return { entries: records, also: [stateWrite(FED, { position: last.position }, state?.revision ?? 0)] };
      });
      wrote();
    } catch (error) {
      wrote(error);
      throw error;
    }
  }

  private async accounts(context: CallContext, entries: readonly FeedEntry[]): Promise<ReadonlyMap<string, string | undefined>> {
    const credentials = new Set(entries.flatMap(({ credentialId }) => credentialId ?? []));
    const found = [...credentials].map(async (id) => [id, await this.parts.accountOf(context, id)] as const);
    return new Map(await Promise.all(found));
  }
}

import type { CallContext, Clock, MetadataStore } from '@zas/plugin-api';

const NAMESPACE = 'host';
export const CORRUPT_COLLECTION = 'corrupt';

/** Reports corrupt bytes: logged, counted, written down, and shared with no new upload. */
export class CorruptionLog {
  /** Findings since the start, repeated ones included. */
  count = 0;
  private readonly reported = new Set<string>();

  constructor(
    private readonly metadata: MetadataStore,
    private readonly clock: Clock,
  ) {}

  /** Never throws and does not wait: whoever found it fails his own work. */
  readonly content = (context: CallContext, { contentId, locator }: { contentId: number; locator: string }): void => {
    this.count++;
    context.logger.error('stored bytes are corrupt', { contentId, locator });
    this.write(context, `content-${contentId}`, { locator }, async () => {
      await this.metadata.apply(context, { kind: 'report-corrupt', contentId });
    });
  };

  readonly inline = (context: CallContext, inlineId: number): void => {
    this.count++;
    context.logger.error('a small stored body is corrupt', { inlineId });
    this.write(context, `inline-${inlineId}`, {}, async () => undefined);
  };

  private write(context: CallContext, id: string, facts: object, first: () => Promise<void>): void {
    if (this.reported.has(id)) return;
    this.reported.add(id);
    const value = { ...facts, foundAt: this.clock.now() };
    const written = first().then(() =>
      this.metadata.apply(context, { kind: 'put-document', namespace: NAMESPACE, collection: CORRUPT_COLLECTION, id, value }),
    );
    written.catch((error: unknown) => {
      this.reported.delete(id);
      context.logger.warn('corrupt bytes not written down', { id, error });
    });
  }
}

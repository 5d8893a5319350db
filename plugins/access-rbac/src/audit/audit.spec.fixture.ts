import type { AuditEvent, CallContext, FeedEntry } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { MemoryMetadataStore, testContext } from '@zas/plugin-testkit';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { type AuditConfig, auditSchema } from './audit-config.js';
import { AuditDocuments, type DocumentWrite } from './audit-documents.js';
import type { AuditSigner } from './audit-signer.js';
import { ChainWriter } from './chain-writer.js';
import { ChangeListener } from './change-listener.js';
import { CheckpointLedger } from './checkpoint-ledger.js';
import { DocumentAuditTrail } from './document-audit-trail.js';
import { type AuditQuery, queryTrail } from './query-trail.js';
import { verifyTrail } from './verify-trail.js';

export const START = 1_800_000_000_000;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

export const signer: AuditSigner = {
  sign: async (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
  verify: async (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url')),
};

/** A store whose writes fail when told to: before the commit, or behind it. */
export class FailingStore extends MemoryMetadataStore {
  failing: 'no' | 'before' | 'after' = 'no';

  override async apply(...[context, intent]: Parameters<MemoryMetadataStore['apply']>): Promise<never> {
    if (this.failing === 'before') throw new StoreError('unavailable', 'The disk is gone');
    const done = await super.apply(context, intent as never);
    if (this.failing === 'after') throw new StoreError('unavailable', 'The disk went');
    return done as never;
  }
}

/** A store and the trails of the processes that write to it, under one clock that stands still. */
export class AuditWorld {
  now = START;
  readonly metadata = new FailingStore();
  readonly documents = new AuditDocuments(this.metadata);
  readonly clock = { now: () => this.now, monotonic: () => this.now };
  readonly checkpoints = new CheckpointLedger(this.documents, signer, this.clock);
  readonly logged: string[] = [];
  readonly context: CallContext;
  lag = 0;
  private chains = 0;

  constructor() {
    const say = (message: string) => void this.logged.push(message);
    const logger = { debug: say, info: say, warn: say, error: say, child: () => logger };
    this.context = testContext({ logger, principal: undefined });
  }

  /** One process. */
  process(config: Partial<AuditConfig> = {}) {
    const { documents, checkpoints, clock, context } = this;
    const chain = `chain${++this.chains}`;
    const writer = new ChainWriter({ documents, checkpoints, clock, chain });
    const parsed = auditSchema.parse(config);
    const trail = new DocumentAuditTrail({ config: parsed, writer, clock, context, lag: async () => this.lag });
    const accountOf = async (_context: CallContext, credentialId: string) => (credentialId === 'KEY' ? '123456789012' : undefined);
    const listener = new ChangeListener({ enabled: parsed.enabled, documents, writer, accountOf, wrote: (error) => trail.wrote(error) });
    return { chain, writer, trail, listener };
  }

  async records(query: Partial<AuditQuery> = {}) {
    return (await queryTrail(this.context, this.documents, { order: 'oldest', limit: 1_000, now: this.now, ...query })).records.map(({ record }) => record);
  }

  async problems(): Promise<readonly string[]> {
    return (await verifyTrail(this.context, this.documents, signer, { limit: 10_000, now: this.now })).problems;
  }

  /** Behind the trail's back. */
  async tamper(writes: readonly DocumentWrite[]): Promise<void> {
    await this.documents.write(this.context, writes);
  }
}

export const event = (more: Partial<AuditEvent> = {}): AuditEvent => ({
  at: START,
  kind: 'change',
  outcome: 'allowed',
  action: 'rbac:CreateUser',
  resource: 'arn:zas:rbac::123456789012:user/ann',
  principal: 'config:alice',
  credentialId: 'KEY',
  account: '123456789012',
  address: '10.0.0.1',
  requestId: 'R1',
  ...more,
});

export const change = (position: number, more: Partial<FeedEntry> = {}): FeedEntry => ({
  position: String(position).padStart(16, '0'),
  kind: 'object-created',
  at: START,
  bucket: 'b',
  key: `k${position}`,
  cause: 'put',
  principal: 'config:alice',
  credentialId: 'KEY',
  address: '10.0.0.1',
  requestId: `R${position}`,
  ...more,
});

import type { CallContext, ErrorCode, ErrorDetails, Intent, IntentKind, NewBody, Outcomes, PutObject, PutPart } from '@zas/plugin-api';

/** Who caused an intent, for its feed entry. */
export interface Actor {
  readonly principal?: string;
  readonly credentialId?: string;
  readonly address?: string;
  readonly requestId: string;
}

export interface Command {
  readonly intent: Intent;
  readonly actor: Actor;
}

/** The commands of one event-loop turn, JSON in one text and the inline bytes in one transferred buffer. */
export interface CommandBatch {
  readonly commands: string;
  readonly bytes: ArrayBuffer;
}

/** Asks the writer to copy the rest of the log into the database, between two commits. */
export interface FinishCheckpoint {
  readonly finishCheckpoint: true;
}

export type WriterRequest = CommandBatch | FinishCheckpoint;

export type CommandResult =
  | { readonly ok: Outcomes[IntentKind] }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails } };

/** Frames of the write-ahead log, and how many of them are copied into the database already. */
export interface WalState {
  readonly frames: number;
  readonly copied: number;
}

/** One commit's results, in the order of their commands. */
export interface GroupAnswer {
  /** JSON of {@link CommandResult}s. */
  readonly results: string;
  readonly seconds: number;
  readonly wal: WalState | undefined;
  /** Why the whole group failed: the database, not an intent. */
  readonly failure: string | undefined;
}

export interface WriterData {
  readonly path: string;
  readonly fence: number;
  readonly cacheMiB: number;
  readonly busyTimeoutMs: number;
  readonly groupMaxIntents: number;
  readonly walResetMiB: number;
}

/** Rough bytes that an intent occupies beside its inline body. */
const INTENT_BYTES = 512;

export function weightOf(intent: Intent): number {
  return INTENT_BYTES + (inlineBytesOf(intent)?.length ?? 0);
}

function inlineBytesOf(intent: Intent): Uint8Array | undefined {
  if (intent.kind !== 'put-object' && intent.kind !== 'put-part') return undefined;
  return intent.body.kind === 'inline' ? intent.body.bytes : undefined;
}

export function actorOf(context: CallContext): Actor {
  const { principal, address, requestId } = context;
  return { principal: principal?.id, credentialId: principal?.credentialId, address, requestId };
}

interface PackedBody {
  readonly kind: 'inline';
  readonly at: number;
  readonly length: number;
}

/** Copies inline bodies out of their (perhaps pooled or shared) memory, once. */
export function packCommands(commands: readonly Command[]): CommandBatch {
  let total = 0;
  for (const { intent } of commands) total += inlineBytesOf(intent)?.length ?? 0;
  const bytes = new Uint8Array(total);
  let at = 0;
  const packed = commands.map(({ intent, actor }) => {
    const inline = inlineBytesOf(intent);
    if (!inline) return { intent, actor };
    const body: PackedBody = { kind: 'inline', at, length: inline.length };
    bytes.set(inline, at);
    at += inline.length;
    return { intent: { ...intent, body }, actor };
  });
  return { commands: JSON.stringify(packed), bytes: bytes.buffer };
}

export function unpackCommands(batch: CommandBatch): Command[] {
  const commands = JSON.parse(batch.commands) as Command[];
  for (const { intent } of commands) {
    if (intent.kind === 'put-object' || intent.kind === 'put-part') restoreBody(intent, batch.bytes);
  }
  return commands;
}

function restoreBody(intent: PutObject | PutPart, bytes: ArrayBuffer): void {
  if (intent.body.kind !== 'inline') return;
  const { at, length } = intent.body as unknown as PackedBody;
  const body: NewBody = { kind: 'inline', bytes: new Uint8Array(bytes, at, length) };
  (intent as { body: NewBody }).body = body;
}

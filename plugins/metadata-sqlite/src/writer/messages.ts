import {
  StoreError,
  type CallContext,
  type ErrorCode,
  type ErrorDetails,
  type Intent,
  type IntentKind,
  type NewBody,
  type Outcomes,
} from '@zas/plugin-api';

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

/** Asks the writer to give some unused pages back to the file system. */
export interface Reclaim {
  readonly reclaim: true;
}

export type WriterRequest = CommandBatch | FinishCheckpoint | Reclaim;

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
  readonly cacheMegabytes: number;
  readonly busyTimeoutMs: number;
  readonly groupMaxIntents: number;
  readonly walResetMegabytes: number;
}

/** One command ready to travel: its text, and the inline body that goes beside it. */
export interface EncodedCommand {
  readonly json: string;
  readonly inline: Uint8Array | undefined;
}

/** What stands in the text for an inline body; bodies lie in the batch's buffer in the order of their commands. */
interface PackedBody {
  readonly kind: 'inline';
  readonly length: number;
}

/** @throws `invalid-argument` when the intent holds what JSON cannot express */
export function encodeCommand(context: CallContext, intent: Intent): EncodedCommand {
  const { principal, address, requestId } = context;
  const actor: Actor = { principal: principal?.id, credentialId: principal?.credentialId, address, requestId };
  const inline = inlineBytesOf(intent);
  const body: PackedBody | undefined = inline && { kind: 'inline', length: inline.length };
  try {
    return { json: JSON.stringify({ intent: body ? { ...intent, body } : intent, actor }), inline };
  } catch (cause) {
    throw new StoreError('invalid-argument', 'The intent is no plain value', { cause });
  }
}

export function weightOf({ json, inline }: EncodedCommand): number {
  return json.length + (inline?.length ?? 0);
}

/** The intents that bring a body. */
type BodyIntent = Extract<Intent, { readonly body: NewBody }>;

const bringsBody = (intent: Intent): intent is BodyIntent => 'body' in intent;

function inlineBytesOf(intent: Intent): Uint8Array | undefined {
  if (!bringsBody(intent)) return undefined;
  return intent.body.kind === 'inline' ? intent.body.bytes : undefined;
}

/** Copies inline bodies out of their (perhaps pooled or shared) memory, once. */
export function packCommands(commands: readonly EncodedCommand[]): CommandBatch {
  let total = 0;
  for (const { inline } of commands) total += inline?.length ?? 0;
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const { inline } of commands) {
    if (!inline) continue;
    bytes.set(inline, at);
    at += inline.length;
  }
  return { commands: `[${commands.map(({ json }) => json).join(',')}]`, bytes: bytes.buffer };
}

export function unpackCommands(batch: CommandBatch): Command[] {
  const commands = JSON.parse(batch.commands) as Command[];
  let at = 0;
  for (const { intent } of commands) {
    if (!bringsBody(intent) || intent.body.kind !== 'inline') continue;
    const { length } = intent.body as unknown as PackedBody;
    const body: NewBody = { kind: 'inline', bytes: new Uint8Array(batch.bytes, at, length) };
    (intent as { body: NewBody }).body = body;
    at += length;
  }
  return commands;
}

import type { CallContext } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { type AuditDocuments, type StoredSegment, openedOf } from './audit-documents.js';
import type { AuditSigner } from './audit-signer.js';
import { type ChainPlace, ChainWalk } from './chain-walk.js';
import { SEGMENT_OPEN_MS } from './chain-writer.js';
import { type SignedChains, readCheckpoints } from './read-checkpoints.js';

const PAGE = 50;
const MOST_PROBLEMS = 100;

/** What a stretch of verification found. */
export interface VerifiedStretch {
  /** One line each; they name chain and record, or the checkpoint. Empty: nothing is wrong so far. */
  readonly problems: readonly string[];
  readonly segments: number;
  readonly checkpoints: number;
  /** Give it to go on; absent: all was seen. */
  readonly cursor?: string;
}

/**
 * Holds the trail against itself and its checkpoints: whatever was edited, removed,
 * put in, put in another order or cut off is found, but for two things: the newest end
 * of a chain behind its last checkpoint, and a whole database set back to an earlier
 * state. For these the number and hash of each checkpoint are in the log.
 * @param query.limit segments to read at most
 */
export async function verifyTrail(
  context: CallContext,
  documents: AuditDocuments,
  signer: AuditSigner,
  query: { readonly limit: number; readonly cursor?: string; readonly now: number },
): Promise<VerifiedStretch> {
  const signed = await readCheckpoints(context, documents, signer);
  const start = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const problems = start === undefined ? [...signed.problems] : [];
  const seenFirst = new Map([...signed.chains].map(([name, { last }]) => [name, last]));
  const walks = new Map((start?.chains ?? []).map(([chain, ...place]) => [chain, new ChainWalk(chain, signed.chains.get(chain), placeOf(place))]));
  const unsigned = new Set<string>();
  let { after, segments } = { after: start?.after, segments: 0 };
  for (;;) {
    const page = await documents.segments(context, { after, limit: Math.max(1, Math.min(PAGE, query.limit - segments)) });
    for (const segment of page) {
      const { chain } = segment;
      let walk = walks.get(chain);
      if (walk === undefined) walks.set(chain, (walk = new ChainWalk(chain, signed.chains.get(chain))));
      if (!signed.chains.has(chain)) unsigned.add(chain);
      const found = walk.follow(segment) && (await followGrown(context, documents, walk, segment));
      if (found === undefined) continue;
      walk.skip(segment);
      if (problems.length < MOST_PROBLEMS) problems.push(found);
    }
    segments += page.length;
    after = page.at(-1)?.id ?? after;
    // What may still grow is followed in one go.
    if (segments >= query.limit && after !== undefined && openedOf(after) < query.now - 2 * SEGMENT_OPEN_MS) {
      const chains = [...walks].map(([chain, { at }]): Followed => [chain, at.sequence, at.hash]);
      return { problems, segments, checkpoints: signed.read, cursor: writeCursor({ after, chains }) };
    }
    if (page.length === 0) break;
  }
  problems.push(...ends(walks, signed, seenFirst));
  const { checkpoints, more } = await unknownChains(context, documents, signer, signed, unsigned);
  if (more === 'pruned') return verifyTrail(context, documents, signer, { limit: query.limit, now: query.now });
  return { problems: [...problems, ...more], segments, checkpoints };
}

/** The segment before may have had more written to it since it was read. @returns what is wrong even so */
async function followGrown(context: CallContext, documents: AuditDocuments, walk: ChainWalk, segment: StoredSegment): Promise<string | undefined> {
  const last = walk.lastId === undefined ? undefined : await documents.segment(context, walk.lastId);
  return last === undefined ? walk.follow(segment) : walk.followAgain(last, segment);
}

/** What checkpoints saw of chains and is not there; as they stood before the segments were read. */
function ends(walks: ReadonlyMap<string, ChainWalk>, signed: SignedChains, seenFirst: ReadonlyMap<string, number>): readonly string[] {
  return [...seenFirst.keys()].flatMap((chain) => (walks.get(chain) ?? new ChainWalk(chain, signed.chains.get(chain))).end() ?? []);
}

/** Chains that began while segments were read have their checkpoint by now. */
async function unknownChains(context: CallContext, documents: AuditDocuments, signer: AuditSigner, signed: SignedChains, unsigned: ReadonlySet<string>) {
  const prunings = signed.prunings;
  const told = signed.problems.length;
  const later = await readCheckpoints(context, documents, signer, signed);
  // Retention ran in between: what it removed was taken for missing.
  if (later.prunings > prunings) return { checkpoints: later.read, more: 'pruned' as const };
  const unknown = [...unsigned].filter((chain) => !later.chains.has(chain)).map((chain) => `chain ${chain}, record 1: no checkpoint knows this chain`);
  return { checkpoints: later.read, more: [...unknown, ...later.problems.slice(told).filter((problem) => !later.problems.slice(0, told).includes(problem))] };
}

type Followed = readonly [chain: string, sequence: number, hash: string];

interface Cursor {
  readonly after: string | undefined;
  readonly chains: readonly Followed[];
}

const placeOf = ([sequence, hash]: readonly [number, string]): ChainPlace => ({ sequence, hash });

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function readCursor(text: string): Cursor {
  try {
    const { after, chains } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Cursor;
    if ((after === undefined || typeof after === 'string') && chains.every(([chain, sequence, hash]) => typeof chain === 'string' && typeof sequence === 'number' && typeof hash === 'string')) return { after, chains };
  } catch {
    // Told below.
  }
  throw new StoreError('invalid-argument', 'The cursor is none of this list');
}

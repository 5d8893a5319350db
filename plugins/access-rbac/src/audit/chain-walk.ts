import { type StoredSegment, segmentIdOf } from './audit-documents.js';
import { genesisOf, hashOf, readLine } from './audit-record.js';
import type { SignedChain } from './read-checkpoints.js';

/** Where a chain has been followed to. */
export interface ChainPlace {
  readonly sequence: number;
  readonly hash: string;
}

/** Follows one chain through its segments. One problem ends a segment: what lies behind it hangs on it. */
export class ChainWalk {
  constructor(
    private readonly chain: string,
    private readonly signed: SignedChain | undefined,
    /** `undefined`: at its beginning. */
    private place?: ChainPlace,
  ) {}

  /** The last segment that was followed, and where the chain was before it. */
  private last: { readonly id: string; readonly from: ChainPlace | undefined } | undefined;

  /** Id of the segment that may have grown since it was followed. */
  get lastId(): string | undefined {
    return this.last?.id;
  }

  /** Takes back the last segment and follows it as it is now, then the next one. @returns as {@link ChainWalk.follow} */
  followAgain(last: StoredSegment, next: StoredSegment): string | undefined {
    if (this.last?.id !== last.id) return undefined;
    this.place = this.last.from;
    return this.follow(last) ?? this.follow(next);
  }

  get at(): ChainPlace {
    return this.place ?? { sequence: 0, hash: genesisOf(this.chain) };
  }

  /** @returns what is wrong, or `undefined` */
  follow({ id, chain, first, lines: text }: StoredSegment): string | undefined {
    const lines = text.split('\n');
    const problem = (sequence: number, what: string) => `chain ${chain}, record ${sequence}: ${what}`;
    const from = this.place;
    const found = this.check(id, first, lines, this.expected(first, lines[0]!), problem);
    if (found === undefined) this.last = { id, from };
    return found;
  }

  /** However it was, what comes behind a segment with a problem is held against what stands there. */
  skip({ first, lines: text }: StoredSegment): void {
    const lines = text.split('\n');
    this.place = { sequence: first + lines.length - 1, hash: hashOf(lines.at(-1)!) };
    this.last = undefined;
  }

  /** Behind what checkpoints saw, only the newest end of a chain can be missing without a trace. */
  end(): string | undefined {
    const last = this.signed?.last ?? 0;
    const { sequence } = this.at;
    if (sequence >= last || (this.signed?.pruned?.sequence ?? 0) >= last) return undefined;
    return `chain ${this.chain}, record ${sequence + 1}: is missing, and all up to ${last}`;
  }

  /** Where the retained part of a chain begins. */
  private expected(first: number, line: string): ChainPlace {
    if (this.place) return this.place;
    const pruned = this.signed?.pruned;
    if (pruned === undefined) return this.at;
    if (first > pruned.sequence) return pruned;
    // Removed in part only; its last record is named in the checkpoint and holds the others.
    return { sequence: first - 1, hash: readLine(line)?.prev ?? '' };
  }

  private check(id: string, first: number, lines: readonly string[], from: ChainPlace, problem: (sequence: number, what: string) => string): string | undefined {
    let { sequence, hash } = from;
    if (first !== sequence + 1) return problem(sequence + 1, first > sequence ? `is missing, the next is ${first}` : `stands there twice, or not in its place`);
    for (const [i, line] of lines.entries()) {
      sequence++;
      const record = readLine(line);
      if (record === undefined) return problem(sequence, 'is not readable');
      if (record.seq !== sequence) return problem(sequence, `is not in its place, there is ${record.seq}`);
      if (record.prev !== hash) return problem(sequence, sequence === 1 ? 'does not begin the chain' : `does not follow record ${sequence - 1}, one of the two was altered`);
      if (i === 0 && id !== segmentIdOf(record.opened ?? 0, this.chain, first)) return problem(sequence, 'stands under a name that is not its own');
      hash = hashOf(line);
      const said = this.signed?.hashes.get(sequence);
      if (said !== undefined && said !== hash) return problem(sequence, 'is not what a checkpoint says');
    }
    this.place = { sequence, hash };
    return undefined;
  }
}

import type { CallContext } from '@zas/plugin-api';
import type { AuditDocuments, SignedText } from './audit-documents.js';
import { hashOf } from './audit-record.js';
import type { AuditSigner } from './audit-signer.js';
import { type ChainHead, type Checkpoint, type CheckpointHead, HEAD } from './checkpoint-ledger.js';

const PAGE = 1_000;

/** What checkpoints say of one chain. */
export interface SignedChain {
  /** Hash of the record, by its number. */
  readonly hashes: Map<number, string>;
  /** The furthest that any checkpoint has seen it. */
  last: number;
  /** Up to where retention removed it. */
  pruned: ChainHead | undefined;
}

/** All that good checkpoints say, and what is wrong with the others. */
export interface SignedChains {
  readonly chains: Map<string, SignedChain>;
  readonly problems: string[];
  read: number;
  /** Of the last one. */
  number: number;
  hash: string;
  prunings: number;
}

export const noCheckpoints = (): SignedChains => ({ chains: new Map(), problems: [], read: 0, number: 0, hash: '', prunings: 0 });

/** Reads the checkpoints behind those in `known` and adds what they say to it. */
export async function readCheckpoints(context: CallContext, documents: AuditDocuments, signer: AuditSigner, known = noCheckpoints()): Promise<SignedChains> {
  const head = (await documents.state(context, HEAD))?.value as CheckpointHead | undefined;
  for (;;) {
    const page = await documents.checkpoints(context, { after: known.number, limit: PAGE });
    for (const { id, value } of page) await take(known, Number(id), value, signer);
    if (page.length < PAGE) break;
  }
  if (head !== undefined && head.number > known.number) known.problems.push(`checkpoint ${known.number + 1}: is missing, the last is ${head.number}`);
  return known;
}

async function take(known: SignedChains, number: number, value: unknown, signer: AuditSigner): Promise<void> {
  const { text, signature } = value as SignedText;
  const said = typeof text === 'string' ? parse(text) : undefined;
  known.read++;
  const problem = (what: string) => void known.problems.push(`checkpoint ${number}: ${what}`);
  for (let missing = known.number + 1; missing < number && missing < known.number + 10; missing++) known.problems.push(`checkpoint ${missing}: is missing`);
  if (said === undefined || !(await signer.verify(text, String(signature)))) problem('its signature is not good');
  else {
    if (said.number !== number) problem(`stands in the place of another, it is ${said.number}`);
    if (number === known.number + 1 && said.previous !== known.hash) problem('does not follow the one before it');
    for (const head of said.heads) addHead(known, head, problem);
    for (const head of said.pruned ?? []) {
      const chain = addHead(known, head, problem);
      if (head.sequence > (chain.pruned?.sequence ?? 0)) chain.pruned = head;
      known.prunings++;
    }
  }
  known.number = number;
  known.hash = typeof text === 'string' ? hashOf(text) : '';
}

function addHead({ chains }: SignedChains, head: ChainHead, problem: (what: string) => void): SignedChain {
  let chain = chains.get(head.chain);
  if (chain === undefined) chains.set(head.chain, (chain = { hashes: new Map(), last: 0, pruned: undefined }));
  const before = chain.hashes.get(head.sequence);
  if (before !== undefined && before !== head.hash) problem(`contradicts an earlier one about record ${head.sequence} of chain ${head.chain}`);
  chain.hashes.set(head.sequence, head.hash);
  chain.last = Math.max(chain.last, head.sequence);
  return chain;
}

function parse(text: string): Checkpoint | undefined {
  try {
    return JSON.parse(text) as Checkpoint;
  } catch {
    return undefined;
  }
}

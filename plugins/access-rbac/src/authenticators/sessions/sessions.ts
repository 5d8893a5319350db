import type { Account, CallContext, Clock, Principal } from '@zas/plugin-api';
import { hash } from 'node:crypto';
import type { Ending, KeptDocuments } from './kept-documents.js';
import type { ReadSessionToken } from './session-tokens.js';

/** A principal as it is kept: the account by its id. */
export interface KeptPrincipal extends Omit<Principal, 'account'> {
  readonly accountId: string;
}

export interface KeptSession extends Ending {
  readonly principal: KeptPrincipal;
  readonly createdAt: number;
}

/** The account of that id as it is now; `undefined`: it is gone. */
export type FindAccount = (context: CallContext, accountId: string) => Account | undefined | Promise<Account | undefined>;

export interface SessionsParts {
  readonly documents: KeptDocuments<KeptSession>;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  readonly accountOf: FindAccount;
  /** The principal as it is now; `undefined` when its credential is gone, or its source is disabled. */
  readonly renew: (context: CallContext, principal: Principal, since: number) => Promise<Principal | undefined>;
}

/** Who is signed in, for a time. Kept in the metadata store, so that any server over it knows, and a logout counts everywhere at once. */
export class Sessions {
  constructor(
    private readonly parts: SessionsParts,
    private readonly lifeMs: number,
  ) {}

  /** @param endsBy it lasts no longer than that, milliseconds since the epoch */
  async begin(context: CallContext, principal: KeptPrincipal, endsBy = Number.POSITIVE_INFINITY): Promise<ReadSessionToken> {
    const { clock, randomBytes, documents } = this.parts;
    const createdAt = clock.now();
    const id = randomBytes(24).toString('base64url');
    const expiresAt = Math.min(createdAt + this.lifeMs, endsBy);
    const credentialId = await this.#firstCredential(context, principal);
    await documents.add(context, documentId(id), { principal: { ...principal, credentialId }, createdAt, expiresAt });
    return { id, expiresAt };
  }

  /** Whose session it is; `undefined` when it has ended, or who began it may come in no more. */
  async find(context: CallContext, { id }: ReadSessionToken): Promise<Principal | undefined> {
    const { documents, accountOf, renew } = this.parts;
    const found = await documents.find(context, documentId(id));
    if (!found) return undefined;
    const { principal, createdAt, expiresAt } = found.value;
    const { accountId, ...rest } = principal;
    const account = await accountOf(context, accountId);
    const now = account && (await renew(context, { ...rest, account }, createdAt));
    // What was revoked makes no newer session.
    const issuedAt = Math.min(createdAt, rest.issuedAt ?? createdAt);
    return now && { ...now, credentialId: `session:${documentId(id)}`, issuedAt, expiresAt };
  }

  async end(context: CallContext, { id }: ReadSessionToken): Promise<void> {
    await this.parts.documents.remove(context, documentId(id));
  }

  /** Of a session that was begun in a session: the credential that began the first one, which has to last. */
  async #firstCredential(context: CallContext, { credentialId }: KeptPrincipal): Promise<string> {
    const earlier = /^session:([0-9a-f]{64})$/.exec(credentialId)?.[1];
    const found = earlier === undefined ? undefined : await this.parts.documents.find(context, earlier);
    return found?.value.principal.credentialId ?? credentialId;
  }
}

export function keptPrincipal({ account, ...rest }: Principal): KeptPrincipal {
  return { ...rest, accountId: account.id };
}

/** Who can read the store cannot use what lies there. */
const documentId = (id: string): string => hash('sha256', id);

import { StoreError, type DeleteDocument, type Outcomes, type PutDocument, type WriteDocuments } from '@zas/plugin-api';
import type { WriteSession } from '../writer/write-session.js';

export function putDocument(session: WriteSession, intent: PutDocument): Outcomes['put-document'] {
  const { namespace, collection, id } = intent;
  const value = JSON.stringify(intent.value) as string | undefined;
  if (value === undefined) throw new StoreError('invalid-argument', 'A document has to be a JSON value');
  checkRevision(session, intent);
  const revision = session.next();
  session.write('insert or replace into document values (?, ?, ?, ?, ?)').run(namespace, collection, id, revision, value);
  return { revision };
}

export function deleteDocument(session: WriteSession, intent: DeleteDocument): Outcomes['delete-document'] {
  checkRevision(session, intent);
  const { changes } = session
    .write('delete from document where namespace = ? and collection = ? and id = ?')
    .run(intent.namespace, intent.collection, intent.id);
  return { removed: changes > 0 };
}

const MOST_WRITES = 100;

export function writeDocuments(session: WriteSession, { namespace, writes }: WriteDocuments): Outcomes['write-documents'] {
  const places = new Set(writes.map(({ collection, id }) => JSON.stringify([collection, id])));
  if (writes.length === 0 || writes.length > MOST_WRITES || places.size < writes.length) {
    throw new StoreError('invalid-argument', 'Expected 1 to 100 different documents');
  }
  const revisions = writes.map(({ value, ...write }) => {
    if (value !== undefined) return putDocument(session, { kind: 'put-document', namespace, value, ...write }).revision;
    deleteDocument(session, { kind: 'delete-document', namespace, ...write });
    return 0;
  });
  return { revisions };
}

function checkRevision(session: WriteSession, { namespace, collection, id, ifRevision }: PutDocument | DeleteDocument): void {
  if (ifRevision === undefined) return;
  const present = session
    .read('select revision from document where namespace = ? and collection = ? and id = ?')
    .pluck()
    .get(namespace, collection, id) as number | undefined;
  if ((present ?? 0) !== ifRevision) {
    throw new StoreError('precondition-failed', 'The document has another revision', { details: { reason: 'document' } });
  }
}

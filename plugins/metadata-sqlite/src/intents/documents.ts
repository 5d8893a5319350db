import { StoreError, type DeleteDocument, type Outcomes, type PutDocument } from '@zas/plugin-api';
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

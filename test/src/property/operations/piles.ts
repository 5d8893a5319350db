import { bytesOf, type Body } from '../bodies.js';
import { same } from '../mismatch.js';
import { deleteObject as deleteInModel } from '../model-changes.js';
import { putObject as putInModel } from '../model-objects.js';
import { md5, type Account } from '../model-terms.js';
import { readXml } from '../read-xml.js';
import { queryOf, type Answer, type Session } from '../session.js';
import type { Family } from './family.js';
import { compareVersionListing } from './list-operations.js';
import { compareNewId, headerId, noteNewId } from './version-refs.js';

/** Writers and deleters of one key at once, none with a condition: all get their way, in some order. */
export interface Pile {
  readonly kind: 'pile';
  readonly bucket: string;
  readonly key: string;
  readonly as?: Account;
  /** Bodies that differ from each other; absent: a delete. */
  readonly writes: readonly (Body | null)[];
}

const MOST = 6;

export const pile: Family<Pile> = {
  kind: 'pile',
  weight: 0.8,
  generate(generation) {
    const { random } = generation;
    const bucket = generation.bucketToFill();
    const size = random.integer(1, 2000);
    const writes = Array.from({ length: random.integer(2, MOST) }, (_, index) => (random.chance(0.25) ? null : { size, start: index * 5000 }));
    return { kind: 'pile', bucket, key: generation.keyToFill(bucket), as: generation.owner(bucket), writes };
  },
  async run(session, { bucket, key, as, writes }) {
    const path = session.path(bucket, key);
    const requests = writes.map((body) => (body ? { method: 'PUT', path, body: bytesOf(body) } : { method: 'DELETE', path }));
    const answers = await Promise.all(requests.map((request) => session.send(request, as)));
    const rank = await rankOf(session, bucket, key);
    const inOrder = answers.map((answer, index) => ({ answer, body: writes[index]! }));
    // Stable, so that what nobody sees any more is done before.
    for (const one of inOrder.sort((a, b) => rank(a) - rank(b))) judge(session, one, bucket, key);
    await compareVersionListing(session, { kind: 'list-versions', bucket, as: session.model.buckets.get(bucket)?.owner, prefix: key, encoded: true, pages: 1 });
  },
};

interface Done {
  readonly answer: Answer;
  readonly body: Body | null;
}

/** Where in the order that the server shows a write came: the later, the greater. */
async function rankOf(session: Session, bucket: string, key: string): Promise<(done: Done) => number> {
  const query = queryOf({ versions: '', prefix: key, 'encoding-type': 'url' });
  const { status, text } = await session.send({ method: 'GET', path: session.path(bucket), query }, session.model.buckets.get(bucket)?.owner);
  const entries = status === 200 ? readXml(text).children.filter((entry) => entry.name === 'Version' || entry.name === 'DeleteMarker') : [];
  const own = entries.filter((entry) => decodeURIComponent(entry.get('Key')!) === key);
  return ({ answer, body }) => {
    const id = headerId(answer) ?? 'null';
    const place = own.findIndex((entry) => entry.get('VersionId') === id);
    if (id !== 'null') return own.length - place;
    // Of all that wrote the null version one is left, or a delete left nothing.
    const etag = own[place]?.get('ETag');
    return etag === (body ? `"${md5(bytesOf(body))}"` : undefined) ? 1 : 0;
  };
}

function judge(session: Session, { answer, body }: Done, bucket: string, key: string): void {
  const { model } = session;
  const versionId = headerId(answer);
  if (body) {
    const input = { content: bytesOf(body), object: { headers: {}, metadata: {} }, condition: {}, versionId };
    const stored = session.judge(answer, 200, () => putInModel(model, answer.asked, bucket, key, input));
    if (stored) compareNewId(session, answer, stored.versionId);
    return;
  }
  const deleted = session.judge(answer, 204, () => deleteInModel(model, answer.asked, { bucket, key }, { condition: {}, bypass: false }, versionId));
  if (deleted?.marker) same('x-amz-version-id', versionId, deleted.marker.versionId);
  if (deleted?.marker && deleted.marker.versionId !== 'null') noteNewId(session, deleted.marker.versionId);
}

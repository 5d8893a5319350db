import type { SignedClient } from '../harness/signed-client.js';
import type { CrashModel, OpenUpload, StoredPart } from './crash-model.js';
import { inTurns, judge, type Findings } from './findings.js';
import { StateReader } from './state-reader.js';
import { sameValue } from './stored-value.js';

/**
 * Reads everything back after a restart, compares it with what may be there, and
 * settles the model on what is. An ending of an upload whose answer did not come is
 * then sent again, as clients do, and must succeed.
 */
export async function verifyState(model: CrashModel, client: SignedClient): Promise<Findings> {
  const findings: Findings = { lost: [], torn: [] };
  const reader = new StateReader(model.bucket, client);
  const open = await verifyUploads(model, reader, findings);
  await inTurns([...model.objects], async ([key, history]) => {
    judge(findings, `object ${key}`, history, await reader.object(key), sameValue);
  });
  await verifyListing(model, reader, findings);
  for (const upload of model.uploads.values()) {
    if (upload.ending !== undefined) await endAgain(model, reader, upload, open.has(upload.id), findings);
    if (upload.ending !== undefined || !open.has(upload.id)) model.uploads.delete(upload.id);
  }
  return findings;
}

/** @returns ids of the uploads that are open */
async function verifyUploads(model: CrashModel, reader: StateReader, findings: Findings): Promise<ReadonlySet<string>> {
  const listed = await reader.uploads();
  await inTurns([...model.uploads.values()], async (upload) => {
    const what = `upload of ${upload.key}`;
    const parts = await reader.parts(upload.key, upload.id);
    if ((parts !== undefined) !== listed.has(upload.id)) findings.torn.push(`${what}: listed, or found, but not both`);
    if (parts === undefined && upload.ending === undefined) findings.lost.push(what);
    if (parts === undefined) return;
    for (const [number, history] of upload.parts) judge(findings, `part ${number} of ${what}`, history, parts.get(number), samePart);
    for (const number of parts.keys()) if (!upload.parts.has(number)) findings.torn.push(`part ${number} of ${what}: nobody sent it`);
  });
  for (const [id, key] of listed) {
    if (model.uploads.has(id)) continue;
    if (!model.begunUploads.has(key)) findings.torn.push(`upload of ${key}: nobody began it`);
    await reader.abort(key, id);
  }
  model.begunUploads.clear();
  return new Set(listed.keys());
}

async function endAgain(model: CrashModel, reader: StateReader, upload: OpenUpload, open: boolean, findings: Findings): Promise<void> {
  const { key, id, ending } = upload;
  const what = `upload of ${key}`;
  if (ending === 'abort') {
    const status = await reader.abort(key, id);
    if (status !== (open ? 204 : 404)) findings.torn.push(`${what}: abort answers ${status}`);
    return;
  }
  const { parts, value } = ending!;
  const history = model.object(key);
  if (sameValue(history.known, value) === open) findings.torn.push(`${what}: ${open ? 'open beside its object' : 'gone without its object'}`);
  const status = await reader.complete(key, id, parts.map((number) => ({ number, etag: upload.parts.get(number)!.known?.etag ?? '' })));
  if (status !== 200) findings.torn.push(`${what}: complete answers ${status}`);
  const seen = await reader.object(key);
  if (!sameValue(seen, value)) findings.torn.push(`${what}: another object after its complete`);
  history.settle(seen);
}

async function verifyListing(model: CrashModel, reader: StateReader, findings: Findings): Promise<void> {
  const listed = await reader.list();
  const expected = [...model.objects].flatMap(([key, { known }]) => (known ? [`${key} ${known.etag} ${known.bytes.length}`] : []));
  for (const line of expected) if (!listed.has(line)) findings.torn.push(`listing lacks ${line}`);
  for (const line of listed) if (!expected.includes(line)) findings.torn.push(`listing has ${line}`);
}

function samePart(one: StoredPart | undefined, other: StoredPart | undefined): boolean {
  return one?.etag === other?.etag && one?.bytes.length === other?.bytes.length;
}

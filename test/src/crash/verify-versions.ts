import type { SignedClient } from '../harness/signed-client.js';
import { inTurns, judge, type Findings } from './findings.js';
import { sameValue } from './stored-value.js';
import { VersionReader, type SeenObject, type SeenVersion } from './version-reader.js';
import type { CrashVersion, PendingCompletion, VersionModel } from './version-stack.js';

/** Locked versions that are tried to be deleted after each restart. */
const TRIED = 8;

/**
 * Reads every version back after a restart, compares it with what was sent, and
 * settles the model on what is. A Complete whose answer did not come is then sent
 * again and must succeed, once; locked versions must withstand a deletion.
 */
export async function verifyVersions(model: VersionModel, client: SignedClient): Promise<Findings> {
  const findings: Findings = { lost: [], torn: [] };
  const reader = new VersionReader(model.bucket, client);
  const open = await reader.uploads();
  const listed = await reader.list();
  const keys = new Set([...model.stacks.keys(), ...listed.keys()]);
  await inTurns([...keys], (key) => verifyKey(model, reader, key, listed.get(key) ?? [], findings));
  for (const completion of model.completions.values()) await completeAgain(model, reader, completion, open.has(completion.uploadId), findings);
  model.completions.clear();
  for (const [uploadId, key] of await reader.uploads()) await reader.abort(key, uploadId);
  await tryLocks(model, reader, findings);
  return findings;
}

/** @param seen newest first */
async function verifyKey(model: VersionModel, reader: VersionReader, key: string, seen: readonly SeenVersion[], findings: Findings): Promise<void> {
  const sent = model.stack(key);
  const found: { readonly version: CrashVersion; readonly id: string }[] = [];
  for (const { id, marker } of seen) {
    const what = `${marker ? 'marker' : 'version'} ${id} of ${key}`;
    const object = marker ? undefined : await reader.object(key, id);
    const isNew = ({ id: known, value }: CrashVersion) => known === undefined && sameValue(value, object?.value);
    const version = sent.find((one) => one.id === id) ?? sent.find((one) => isNew(one) && !found.some((other) => other.version === one));
    if (!marker && !object) findings.torn.push(`${what}: listed, but not readable`);
    else if (!version) findings.torn.push(`${what}: nobody wrote it`);
    else compareVersion(what, version, object, findings);
    if (version) found.push({ version, id });
  }
  for (const version of sent) {
    const gone = version.id !== undefined && version.removal === 'none' && !found.some((one) => one.version === version);
    if (gone) findings.lost.push(`version ${version.id} of ${key}: absent`);
  }
  const misplaced = found.filter(({ version }, index) => found.slice(index + 1).some((older) => version.mustBeOlderThan(older.version)));
  for (const { id } of misplaced) findings.torn.push(`version ${id} of ${key}: stands above a later one`);
  await compareLatest(reader, key, seen, findings);
  // From the oldest on, so that they must keep the order in which they stand.
  for (const { version, id } of found.reverse()) version.settle(id);
  model.stacks.set(key, found.map(({ version }) => version));
}

/** @param object absent: it is a delete marker */
function compareVersion(what: string, version: CrashVersion, object: SeenObject | undefined, findings: Findings): void {
  if (!sameValue(version.value, object?.value)) findings.torn.push(`${what}: other bytes, or another record`);
  if (version.removal === 'done') findings.torn.push(`${what}: was deleted, and is there`);
  if (!object) return;
  judge(findings, `tag of ${what}`, version.tag, object.tag, (one, other) => one === other);
  judge(findings, `lock of ${what}`, version.lock, object.lock, (one, other) => one?.mode === other?.mode && one?.until === other?.until);
  judge(findings, `legal hold of ${what}`, version.held, object.held, (one, other) => one === other);
}

async function compareLatest(reader: VersionReader, key: string, seen: readonly SeenVersion[], findings: Findings): Promise<void> {
  const [newest] = seen;
  const expected = newest && !newest.marker ? newest.id : undefined;
  if ((await reader.currentId(key)) !== expected) findings.torn.push(`${key}: what is read is not the newest version`);
  const wrong = seen.find(({ latest }, index) => latest !== (index === 0));
  if (wrong) findings.torn.push(`${key}: ${wrong.id} says ${wrong.latest ? 'that it is the latest' : 'that it is not the latest'}`);
}

async function completeAgain(model: VersionModel, reader: VersionReader, completion: PendingCompletion, open: boolean, findings: Findings): Promise<void> {
  const { uploadId, key, version, document } = completion;
  const what = `upload of ${key}`;
  const stack = model.stack(key);
  const done = stack.includes(version);
  if (done === open) findings.torn.push(`${what}: ${open ? 'open beside its version' : 'gone without its version'}`);
  const { status, id } = await reader.complete(key, uploadId, document);
  if (status !== 200 || id === undefined) {
    findings.torn.push(`${what}: complete answers ${status}`);
    return;
  }
  if (done && id !== version.id) findings.torn.push(`${what}: completed again it has another version`);
  if (!sameValue((await reader.object(key, id))?.value, version.value)) findings.torn.push(`${what}: another object after its complete`);
  if (done) return;
  version.settle(id);
  stack.push(version);
}

async function tryLocks(model: VersionModel, reader: VersionReader, findings: Findings): Promise<void> {
  const all = [...model.stacks].flatMap(([key, stack]) => stack.map((version) => ({ key, version })));
  const locked = all.filter(({ version }) => version.isLocked(true) === true);
  for (const { key, version } of locked.slice(-TRIED)) {
    const status = await reader.remove(key, version.id!);
    if (status !== 403) findings.torn.push(`version ${version.id} of ${key}: locked, but its removal answers ${status}`);
  }
}

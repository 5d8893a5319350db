import type { Generation } from '../generation.js';
import { same } from '../mismatch.js';
import { aclsCount } from '../model-access.js';
import { defaultAcl, type Acl, type AclRequest } from '../model-acl.js';
import type { ModelVersion } from '../model-bucket.js';
import { lockedVersion, setLegalHold, setObjectAcl, setRetention, setTags, type Place } from '../model-changes.js';
import { readable } from '../model-objects.js';
import { S3Failure, type Account, type Tags } from '../model-terms.js';
import { escapeXml, readXml, type XmlNode } from '../read-xml.js';
import type { Answer, Session } from '../session.js';
import { bypassHeader } from './delete-operations.js';
import { aclHeaders, randomObjectAcl, randomRetention, retentionFrom, type LockWish } from './extras.js';
import type { Family } from './family.js';
import { compareShownId, randomVersion, resolveVersion, type VersionRef } from './version-refs.js';

/** What is asked about or changed of one version. */
interface OnVersion {
  readonly bucket: string;
  readonly key: string;
  readonly version?: VersionRef;
  readonly as?: Account;
}

/** What may change of a version, in the words of the sub-resources. */
export interface ChangeObject extends OnVersion {
  readonly kind: 'change';
  readonly what: 'tagging' | 'retention' | 'legal-hold' | 'acl';
  /** Absent: they are deleted. */
  readonly tags?: Tags;
  /** Without a mode: the retention is taken away. */
  readonly lock?: LockWish;
  readonly bypass?: boolean;
  readonly acl?: AclRequest;
}

export interface InspectObject extends OnVersion {
  readonly kind: 'inspect';
  readonly what: ChangeObject['what'];
}

const WHATS = ['tagging', 'tagging', 'retention', 'retention', 'legal-hold', 'acl'] as const;

function onVersion(generation: Generation): OnVersion {
  const bucket = generation.bucket();
  const key = generation.lockedKey(bucket);
  return { bucket, key, version: randomVersion(generation, bucket, key, 0.5), as: generation.as(bucket) };
}

/** Locks mostly where there are any. */
function randomWhat({ random, model }: Generation, bucket: string): ChangeObject['what'] {
  const lockable = model.buckets.get(bucket)?.lockable === true;
  if (lockable && random.chance(0.4)) return random.pick(['retention', 'retention', 'legal-hold'] as const);
  const what = random.pick(WHATS);
  const locks = what === 'retention' || what === 'legal-hold';
  return locks && !lockable && random.chance(0.9) ? 'tagging' : what;
}

export const changeObject: Family<ChangeObject> = {
  kind: 'change',
  weight: 9,
  generate(generation) {
    const { random } = generation;
    const target = onVersion(generation);
    const what = randomWhat(generation, target.bucket);
    switch (what) {
      case 'tagging':
        return { kind: 'change', what, ...target, tags: random.chance(0.8) ? generation.tags() : undefined };
      case 'retention':
        return { kind: 'change', what, ...target, lock: random.chance(0.85) ? randomRetention(random) : {}, bypass: random.chance(0.4) };
      case 'legal-hold':
        return { kind: 'change', what, ...target, lock: { hold: random.chance(0.35) } };
      case 'acl':
        return { kind: 'change', what, ...target, acl: randomObjectAcl(random) };
    }
  },
  async run(session, op) {
    const { bucket, key, what, tags, bypass = false } = op;
    const versionId = resolveVersion(session, bucket, key, op.version);
    const removesTags = what === 'tagging' && !tags;
    const request = { path: session.path(bucket, key), query: queryFor(what, versionId), ...bodyFor(session, op) };
    const answer = await session.send({ ...request, method: removesTags ? 'DELETE' : 'PUT' }, op.as);
    const changed = session.judge(answer, removesTags ? 204 : 200, () => applyChange(session, answer, { bucket, key, versionId }, op, bypass));
    if (changed) compareShownId(session, answer, bucket, changed.versionId);
  },
};

function queryFor(what: string, versionId: string | undefined): string {
  return `${what}=${versionId === undefined ? '' : `&versionId=${versionId}`}`;
}

function bodyFor(session: Session, { what, tags, lock = {}, bypass, acl }: ChangeObject): { headers: Record<string, string>; body?: string } {
  switch (what) {
    case 'tagging':
      return { headers: {}, body: tags && renderTags(tags) };
    case 'retention': {
      const retention = retentionFrom(session, lock);
      const inner = retention ? `<Mode>${retention.mode}</Mode><RetainUntilDate>${new Date(retention.until).toISOString()}</RetainUntilDate>` : '';
      return { headers: bypassHeader(bypass === true), body: `<Retention>${inner}</Retention>` };
    }
    case 'legal-hold':
      return { headers: {}, body: `<LegalHold><Status>${lock.hold ? 'ON' : 'OFF'}</Status></LegalHold>` };
    case 'acl':
      return { headers: aclHeaders(session, acl ?? 'private') };
  }
}

function renderTags(tags: Tags): string {
  const set = Object.entries(tags).map(([name, value]) => `<Tag><Key>${escapeXml(name)}</Key><Value>${escapeXml(value)}</Value></Tag>`);
  return `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>`;
}

function applyChange(session: Session, { asked }: Answer, place: Place, { what, tags, lock = {}, acl }: ChangeObject, bypass: boolean): ModelVersion {
  const { model } = session;
  switch (what) {
    case 'tagging':
      return setTags(model, asked, place, tags);
    case 'retention':
      return setRetention(model, asked, place, retentionFrom(session, lock), bypass);
    case 'legal-hold':
      return setLegalHold(model, asked, place, lock.hold === true);
    case 'acl':
      return setObjectAcl(model, asked, place, acl ?? 'private');
  }
}

export const inspectObject: Family<InspectObject> = {
  kind: 'inspect',
  weight: 4,
  generate(generation) {
    const target = onVersion(generation);
    return { kind: 'inspect', what: randomWhat(generation, target.bucket), ...target };
  },
  async run(session, { bucket, key, version, as, what }) {
    const versionId = resolveVersion(session, bucket, key, version);
    const answer = await session.send({ method: 'GET', path: session.path(bucket, key), query: queryFor(what, versionId) }, as);
    const found = session.judge(answer, 200, () => inspect(session, answer, { bucket, key, versionId }, what));
    if (!found) return;
    compareShownId(session, answer, bucket, found.version.versionId);
    same(what, found.shown(readXml(answer.text)), found.expected);
  },
};

/** What an answer must show, and how it is read out of it. */
interface Inspection {
  readonly version: ModelVersion;
  readonly expected: readonly string[];
  readonly shown: (document: XmlNode) => readonly string[];
}

function inspect(session: Session, { asked }: Answer, place: Place, what: ChangeObject['what']): Inspection {
  const { model } = session;
  const { bucket, key, versionId } = place;
  const infix = versionId === undefined ? '' : 'Version';
  switch (what) {
    case 'tagging': {
      const version = readable(model, asked, bucket, key, versionId, `GetObject${infix}Tagging`);
      const shown = (document: XmlNode) => document.all('TagSet').flatMap((set) => set.all('Tag')).map((tag) => `${tag.get('Key')}=${tag.get('Value')}`).sort();
      return { version, shown, expected: Object.entries(version.tags).map(([name, value]) => `${name}=${value}`).sort() };
    }
    case 'retention': {
      const version = lockedVersion(model, asked, place, 'GetObjectRetention');
      const { retention } = version;
      if (!retention) throw new S3Failure(404, 'NoSuchObjectLockConfiguration');
      const shown = (document: XmlNode) => [document.get('Mode') ?? '', document.get('RetainUntilDate') ?? ''];
      return { version, shown, expected: [retention.mode, new Date(retention.until).toISOString()] };
    }
    case 'legal-hold': {
      const version = lockedVersion(model, asked, place, 'GetObjectLegalHold');
      if (version.legalHold === undefined) throw new S3Failure(404, 'NoSuchObjectLockConfiguration');
      return { version, shown: (document) => [document.get('Status') ?? ''], expected: [version.legalHold ? 'ON' : 'OFF'] };
    }
    case 'acl': {
      const version = readable(model, asked, bucket, key, versionId, `GetObject${infix}Acl`);
      const state = model.bucket(bucket);
      const [owner, acl] = aclsCount(state) ? [version.owner, version.acl] : [state.owner, defaultAcl(state.owner)];
      return { version, shown: readAcl, expected: renderAcl(session, owner, acl) };
    }
  }
}

const GROUPS = { everybody: 'http://acs.amazonaws.com/groups/global/AllUsers', signed: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers' } as const;

/** An ACL as a list: its owner, and each grant. */
export function renderAcl(session: Session, owner: Account, acl: Acl): readonly string[] {
  const nameOf = (to: Acl[number]['to']) => (to === 'everybody' || to === 'signed' ? GROUPS[to] : session.canonicalId(to));
  return [`owner ${session.canonicalId(owner)}`, ...acl.map(({ to, permission }) => `${permission} ${nameOf(to)}`).sort()];
}

export function readAcl(document: XmlNode): readonly string[] {
  const grants = document.all('AccessControlList').flatMap((list) => list.all('Grant'));
  const shown = grants.map((grant) => `${grant.get('Permission')} ${grant.all('Grantee').map((grantee) => grantee.get('ID') ?? grantee.get('URI')).join()}`);
  return [...document.all('Owner').map((owner) => `owner ${owner.get('ID')}`), ...shown.sort()];
}

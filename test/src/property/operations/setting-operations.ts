import { PLAIN_BUCKET, SHARED_BUCKET } from '../generation.js';
import { same } from '../mismatch.js';
import { aclsCount } from '../model-access.js';
import { defaultAcl, type AclRequest } from '../model-acl.js';
import type { ModelBucket, Ownership, PublicAccessBlock } from '../model-bucket.js';
import { POLICIES, type PolicyName, type Statement } from '../model-policy.js';
import { setBlock, setBucketAcl, setLockRule, setOwnership, setPolicy, setVersioning } from '../model-settings.js';
import { S3Failure, type Account, type Retention } from '../model-terms.js';
import type { Random } from '../random.js';
import { readXml } from '../read-xml.js';
import type { Answer, Session } from '../session.js';
import { readAcl, renderAcl } from './change-operations.js';
import { aclHeaders, randomBucketAcl } from './extras.js';
import type { Family } from './family.js';

type Setting =
  | { readonly what: 'versioning'; readonly status: 'enabled' | 'suspended' }
  | { readonly what: 'object-lock'; readonly mode?: Retention['mode']; readonly days?: number }
  /** In these, absent means deleted. */
  | { readonly what: 'ownershipControls'; readonly rule?: Ownership }
  | { readonly what: 'publicAccessBlock'; readonly block?: PublicAccessBlock }
  | { readonly what: 'policy'; readonly policy?: PolicyName }
  | { readonly what: 'acl'; readonly acl: AclRequest };

export interface Configure {
  readonly kind: 'configure';
  readonly bucket: string;
  readonly as?: Account;
  readonly setting: Setting;
}

export interface InspectBucket {
  readonly kind: 'inspect-bucket';
  readonly bucket: string;
  readonly as?: Account;
  readonly what: Setting['what'];
}

const WHATS = ['versioning', 'object-lock', 'ownershipControls', 'publicAccessBlock', 'policy', 'acl'] as const;
/** Settings that decide who is let in. */
const SHARING: readonly Setting['what'][] = ['ownershipControls', 'publicAccessBlock', 'policy', 'policy', 'acl', 'acl'];
const RULES: readonly (Ownership | undefined)[] = ['ObjectWriter', 'ObjectWriter', 'BucketOwnerPreferred', 'BucketOwnerPreferred', 'BucketOwnerEnforced', undefined];
const POLICY_NAMES = Object.keys(POLICIES) as PolicyName[];

function randomSetting(random: Random, choices: readonly Setting['what'][]): Setting {
  const what = random.pick(choices);
  const optional = <T>(value: () => T) => (random.chance(0.6) ? value() : undefined);
  switch (what) {
    case 'versioning':
      return { what, status: random.chance(0.7) ? 'enabled' : 'suspended' };
    case 'object-lock':
      return random.chance(0.5) ? { what, mode: random.chance(0.7) ? 'GOVERNANCE' : 'COMPLIANCE', days: random.integer(1, 3) } : { what };
    case 'ownershipControls':
      return { what, rule: random.pick(RULES) };
    case 'publicAccessBlock': {
      const flag = () => random.chance(0.4);
      return { what, block: optional(() => ({ blockPublicAcls: flag(), ignorePublicAcls: flag(), blockPublicPolicy: flag(), restrictPublicBuckets: flag() })) };
    }
    case 'policy':
      return { what, policy: optional(() => random.pick(POLICY_NAMES)) };
    case 'acl':
      return { what, acl: randomBucketAcl(random) };
  }
}

export const configure: Family<Configure> = {
  kind: 'configure',
  weight: 4,
  generate(generation) {
    const { random } = generation;
    const shares = generation.state(SHARED_BUCKET) && random.chance(0.4);
    const bucket = shares ? SHARED_BUCKET : generation.bucket();
    const setting = randomSetting(random, shares ? SHARING : WHATS);
    // Elsewhere ACLs and policies come and go more seldom.
    if (!shares && SHARING.includes(setting.what) && random.chance(0.5)) return undefined;
    const makesVersions = setting.what === 'versioning' && generation.state(bucket)?.versioning === 'off';
    if (makesVersions && bucket === PLAIN_BUCKET && random.chance(0.98)) return undefined;
    // Buckets whose versions can be locked are never empty for long: there are a few of them.
    if (setting.what === 'object-lock' && !generation.state(bucket)?.lockable && random.chance(0.8)) return undefined;
    return { kind: 'configure', bucket, as: generation.as(bucket), setting };
  },
  async run(session, { bucket, as, setting }) {
    const { headers, body, method, success } = requestFor(session, bucket, setting);
    const answer = await session.send({ method, path: session.path(bucket), query: `${setting.what}=`, headers, body }, as);
    session.judge(answer, success, () => apply(session, answer, bucket, setting));
  },
};

function apply({ model }: Session, { asked }: Answer, bucket: string, setting: Setting): void {
  switch (setting.what) {
    case 'versioning':
      return setVersioning(model, asked, bucket, setting.status);
    case 'object-lock':
      return setLockRule(model, asked, bucket, setting.mode && { mode: setting.mode, days: setting.days! });
    case 'ownershipControls':
      return setOwnership(model, asked, bucket, setting.rule);
    case 'publicAccessBlock':
      return setBlock(model, asked, bucket, setting.block);
    case 'policy':
      return setPolicy(model, asked, bucket, setting.policy);
    case 'acl':
      return setBucketAcl(model, asked, bucket, setting.acl);
  }
}

interface SettingRequest {
  readonly method: 'PUT' | 'DELETE';
  readonly success: 200 | 204;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const REMOVE: SettingRequest = { method: 'DELETE', success: 204 };
const put = (body: string): SettingRequest => ({ method: 'PUT', success: 200, body });

function requestFor(session: Session, bucket: string, setting: Setting): SettingRequest {
  switch (setting.what) {
    case 'versioning':
      return put(`<VersioningConfiguration><Status>${SHOWN[setting.status]}</Status></VersioningConfiguration>`);
    case 'object-lock': {
      const rule = setting.mode && `<Rule><DefaultRetention><Mode>${setting.mode}</Mode><Days>${setting.days}</Days></DefaultRetention></Rule>`;
      return put(`<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule ?? ''}</ObjectLockConfiguration>`);
    }
    case 'ownershipControls':
      return setting.rule ? put(`<OwnershipControls><Rule><ObjectOwnership>${setting.rule}</ObjectOwnership></Rule></OwnershipControls>`) : REMOVE;
    case 'publicAccessBlock':
      return setting.block ? put(`<PublicAccessBlockConfiguration>${blockElements(setting.block)}</PublicAccessBlockConfiguration>`) : REMOVE;
    case 'policy':
      return setting.policy ? { ...put(renderPolicy(session, bucket, setting.policy)), success: 204 } : REMOVE;
    case 'acl':
      return { method: 'PUT', success: 200, headers: aclHeaders(session, setting.acl) };
  }
}

const SHOWN = { off: undefined, enabled: 'Enabled', suspended: 'Suspended' } as const;

function blockElements(block: PublicAccessBlock): string {
  return Object.entries(block).map(([name, value]) => `<${capital(name)}>${String(value)}</${capital(name)}>`).join('');
}

const capital = (name: string) => name[0]!.toUpperCase() + name.slice(1);

function renderPolicy(session: Session, bucket: string, name: PolicyName): string {
  const arn = `arn:aws:s3:::${session.bucketName(bucket)}`;
  const statements = (POLICIES[name] as readonly Statement[]).map(({ effect, who, actions, on, prefix = '', tag }) => ({
    Effect: effect,
    Principal: who === '*' ? '*' : { CanonicalUser: session.canonicalId(who) },
    Action: actions.map((action) => `s3:${action}`),
    Resource: on === 'bucket' ? arn : `${arn}/${prefix}*`,
    ...(tag && { Condition: { StringEquals: { [`s3:ExistingObjectTag/${tag[0]}`]: tag[1] } } }),
  }));
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

const ACTIONS: Readonly<Record<Setting['what'], string>> = {
  versioning: 'GetBucketVersioning',
  'object-lock': 'GetBucketObjectLockConfiguration',
  ownershipControls: 'GetBucketOwnershipControls',
  publicAccessBlock: 'GetBucketPublicAccessBlock',
  policy: 'GetBucketPolicy',
  acl: 'GetBucketAcl',
};

export const inspectBucket: Family<InspectBucket> = {
  kind: 'inspect-bucket',
  weight: 1,
  generate(generation) {
    const bucket = generation.bucket();
    return { kind: 'inspect-bucket', bucket, as: generation.as(bucket), what: generation.random.pick(WHATS) };
  },
  run: (session, op) => compareSetting(session, op.bucket, op.what, op.as),
};

/** Asks for a setting of a bucket and compares it. */
export async function compareSetting(session: Session, bucket: string, what: Setting['what'], as?: Account): Promise<void> {
  const answer = await session.send({ method: 'GET', path: session.path(bucket), query: `${what}=` }, as);
  const expected = session.judge(answer, 200, () => {
    const state = session.model.bucketFor(answer.asked, ACTIONS[what], bucket);
    if (what === 'policy' && answer.asked.who !== state.owner) throw new S3Failure(405, 'MethodNotAllowed');
    return expectedTexts(session, bucket, state, what);
  });
  if (!expected) return;
  const shown = what === 'policy' ? [answer.text] : what === 'acl' ? readAcl(readXml(answer.text)) : textsOf(answer.text);
  same(what, shown, expected);
}

/** All texts of a document, in order. */
function textsOf(document: string): readonly string[] {
  return [...document.matchAll(/>([^<>\s]+)</g)].map(([, text]) => text!);
}

function expectedTexts(session: Session, bucket: string, state: ModelBucket, what: Setting['what']): readonly string[] {
  switch (what) {
    case 'versioning': {
      const status = SHOWN[state.versioning];
      return status === undefined ? [] : [status];
    }
    case 'object-lock': {
      if (!state.lockable) throw new S3Failure(404, 'ObjectLockConfigurationNotFoundError');
      const rule = state.defaultRetention;
      return ['Enabled', ...(rule ? [rule.mode, String(rule.days)] : [])];
    }
    case 'ownershipControls':
      if (!state.ownership) throw new S3Failure(404, 'OwnershipControlsNotFoundError');
      return [state.ownership];
    case 'publicAccessBlock':
      if (!state.block) throw new S3Failure(404, 'NoSuchPublicAccessBlockConfiguration');
      return Object.values(state.block).map(String);
    case 'policy':
      if (!state.policy) throw new S3Failure(404, 'NoSuchBucketPolicy');
      return [renderPolicy(session, bucket, state.policy)];
    case 'acl':
      return renderAcl(session, state.owner, aclsCount(state) && state.acl ? state.acl : defaultAcl(state.owner));
  }
}

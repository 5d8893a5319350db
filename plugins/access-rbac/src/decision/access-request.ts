import type { AttributeSource, BucketSettings, ObjectFacts, Resource } from '@zas/plugin-api';
import type { ConditionKey } from '../policy/condition-key.js';
import type { BucketPolicy } from '../policy/policy-cache.js';
import { S3_TAGGED_OBJECT_ACTIONS } from '../policy/s3-actions.js';
import type { VerdictCache } from '../policy/verdict-cache.js';
import type { Caller } from './caller.js';
import { arnOf } from './resource-types.js';

type Values = readonly string[] | undefined;

const TAGGED: ReadonlySet<string> = new Set(S3_TAGGED_OBJECT_ACTIONS.map((name) => `s3:${name}`));

/** What caller and resource are, nobody else may say: the door is not asked for these, or for what begins so. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  ...['aws:userid', 'aws:username', 'aws:viaawsservice', 'aws:federatedprovider', 'aws:tokenissuetime', 'aws:sourceidentity'],
  's3:resourceaccount',
]);
const OWN_STARTS = [
  ...['aws:principal', 'aws:resource', 'aws:multifactorauth', 'aws:calledvia'],
  ...['zas:claim/', 's3:buckettag/', 's3:existingobjecttag/', 's3:dataaccesspoint', 's3:accesspoint', 's3:accessgrant'],
];

/** One question, with everything that a policy may look at. */
export class AccessRequest {
  readonly account: string | undefined;
  readonly settings: BucketSettings | undefined;
  /** See `ObjectResource.object`. */
  readonly object: ObjectFacts | null | undefined;
  /** Where what policies say without a condition is kept. */
  readonly verdicts: VerdictCache | undefined;
  /** There is no request yet: whatever hangs on one may hold or not. */
  readonly supposing: boolean;
  #arn: string | undefined;
  /** `null`: asked, and there is none. */
  #asked: Map<string, Exclude<Values, undefined> | null> | undefined;
  #lastRead: { readonly read: unknown; readonly value: string; readonly meaning: unknown } | undefined;

  constructor(
    readonly caller: Caller,
    readonly action: string,
    readonly resource: Resource,
    readonly bucketPolicy: BucketPolicy | undefined,
    readonly attributes: AttributeSource | undefined,
    { verdicts, supposing = false }: { readonly verdicts?: VerdictCache; readonly supposing?: boolean } = {},
  ) {
    this.verdicts = verdicts;
    this.supposing = supposing;
    const stored = 'ownerAccount' in resource ? resource : undefined;
    this.account = stored?.ownerAccount ?? (resource.type === 'access' ? resource.account : undefined);
    this.settings = stored?.settings;
    this.object = resource.type === 'object' ? resource.object : null;
  }

  get arn(): string {
    this.#arn ??= arnOf(this.resource, this.action);
    return this.#arn;
  }

  /** The question is about what others own, whoever they are. */
  get ownerUnknown(): boolean {
    return this.account === '';
  }

  /** Its tags would count, and nobody has looked yet. */
  get objectUnseen(): boolean {
    return this.object === undefined && TAGGED.has(this.action);
  }

  /** What the request says under that key; asked once. */
  values(key: ConditionKey): Values {
    this.#asked ??= new Map();
    const known = this.#asked.get(key.written);
    if (known !== undefined) return known === null ? undefined : known;
    const found = isOwn(key.lower) ? this.#own(key) : listOf(this.attributes?.(key.lower));
    this.#asked.set(key.written, found ?? null);
    return found;
  }

  /** What a value of the request means, read once however many statements ask. */
  reading<Meaning>(read: (value: string) => Meaning, value: string): Meaning {
    if (this.#lastRead?.read === read && this.#lastRead.value === value) return this.#lastRead.meaning as Meaning;
    const meaning = read(value);
    this.#lastRead = { read, value, meaning };
    return meaning;
  }

  #own({ lower, tag }: ConditionKey): Values {
    switch (lower) {
      case 'aws:principalarn':
        return listOf(this.caller.arn);
      case 'aws:principalaccount':
        return this.caller.anonymous ? undefined : [this.caller.account];
      case 'aws:principaltype':
        return [this.caller.type];
      case 'aws:username':
        return listOf(this.caller.name);
      case 'aws:userid':
        return [this.caller.userId];
      case 'aws:tokenissuetime':
        return this.caller.issuedAt === undefined ? undefined : [new Date(this.caller.issuedAt).toISOString()];
      case 'aws:federatedprovider':
        return valueOf(this.caller.claims, 'aws:FederatedProvider');
      case 'aws:principalisawsservice':
      case 'aws:viaawsservice':
        return ['false'];
      case 'aws:resourceaccount':
      case 's3:resourceaccount':
        return listOf(this.account);
      default:
        if (lower.startsWith('zas:claim/')) return valueOf(this.caller.claims, tag);
        if (lower.startsWith('aws:resourcetag/') || lower.startsWith('s3:buckettag/')) return valueOf(this.settings?.tags, tag);
        if (lower.startsWith('s3:existingobjecttag/') && TAGGED.has(this.action)) return valueOf(this.object?.tags, tag);
        return undefined;
    }
  }
}

function isOwn(key: string): boolean {
  return OWN_KEYS.has(key) || OWN_STARTS.some((start) => key.startsWith(start));
}

function listOf(value: string | readonly string[] | undefined): Values {
  return typeof value === 'string' ? [value] : value;
}

/** As written if there is one; else, as names of keys know no case, whatever differs in case only. */
function valueOf(named: Readonly<Record<string, string | readonly string[]>> | undefined, key: string): Values {
  if (named === undefined) return undefined;
  if (Object.hasOwn(named, key)) return listOf(named[key]);
  const lower = key.toLowerCase();
  const found = Object.entries(named).filter(([name]) => name.toLowerCase() === lower);
  return found.length === 0 ? undefined : found.flatMap(([, value]) => value);
}

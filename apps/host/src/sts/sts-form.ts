import { StsError } from './sts-error.js';

const MOST_FIELDS = 64;
const POLICY_FIELD = /^PolicyArns\.member\.(?:[1-9]|10)\.arn$/;
const POLICY_ARN = /^arn:aws:iam::(\d{12}|aws):policy\/(.{1,128})$/;

/** The fields of a request, each of which stands there once. */
export class StsForm {
  readonly #fields = new Map<string, string>();

  /** @param text `application/x-www-form-urlencoded` */
  constructor(text: string) {
    for (const [name, value] of new URLSearchParams(text)) {
      if (this.#fields.has(name) || this.#fields.size >= MOST_FIELDS) throw invalid(`${name} stands there twice, or there is too much`);
      this.#fields.set(name, value);
    }
    const version = this.#fields.get('Version');
    if (version !== undefined && version !== '2011-06-15') throw new StsError('NoSuchVersion', 400, 'There is only version 2011-06-15');
    for (const name of this.#fields.keys()) {
      if (/^(Tags|TransitiveTagKeys|ProvidedContexts)\./.test(name) || name === 'SerialNumber' || name === 'TokenCode') {
        throw invalid(`${name} is not supported`);
      }
    }
  }

  get action(): string {
    return this.#fields.get('Action') ?? '';
  }

  required(name: string): string {
    const value = this.#fields.get(name);
    if (value === undefined || value === '') throw invalid(`${name} is missing`);
    return value;
  }

  optional(name: string): string | undefined {
    return this.#fields.get(name);
  }

  get durationSeconds(): number | undefined {
    const text = this.#fields.get('DurationSeconds');
    if (text === undefined) return undefined;
    if (!/^\d{1,9}$/.test(text)) throw invalid('DurationSeconds is not a number');
    return Number(text);
  }

  /**
   * Names of `PolicyArns.member.N.arn`. One that was overlooked would not cap: all of them count or none.
   * @param account whose policies they have to be
   */
  policyNames(account: string | undefined): readonly string[] {
    return [...this.#fields]
      .filter(([field]) => /^PolicyArns\b/i.test(field))
      .map(([field, arn]) => {
        const [, owner, name] = POLICY_ARN.exec(arn) ?? [];
        if (!POLICY_FIELD.test(field) || name === undefined) throw invalid('PolicyArns holds what is no ARN of a policy, or more than ten');
        if (owner !== 'aws' && owner !== account) throw invalid('PolicyArns names a policy of another account');
        return name;
      });
  }
}

function invalid(message: string): StsError {
  return new StsError('ValidationError', 400, message);
}

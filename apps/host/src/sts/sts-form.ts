import { StsError } from './sts-error.js';

const MOST_FIELDS = 64;
const POLICY_ARN = /^arn:aws:iam::(?:\d{12}|aws):policy\/(.{1,128})$/;

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

  /** Names of `PolicyArns.member.N.arn`. */
  get policyNames(): readonly string[] {
    const names: string[] = [];
    for (let i = 1; i <= 10; i++) {
      const arn = this.#fields.get(`PolicyArns.member.${i}.arn`);
      if (arn === undefined) break;
      const name = POLICY_ARN.exec(arn)?.[1];
      if (name === undefined) throw invalid('PolicyArns holds what is no ARN of a policy');
      names.push(name);
    }
    return names;
  }
}

function invalid(message: string): StsError {
  return new StsError('ValidationError', 400, message);
}

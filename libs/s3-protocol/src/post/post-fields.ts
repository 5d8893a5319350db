import { s3Error } from '../errors/s3-error.js';

const FILENAME = '${filename}';

/**
 * The fields of a POST form in front of its file, in their order. Names are held
 * in lower case, as S3 tells them apart; fields of one name are one field, the
 * values joined by commas (S3 User Guide, "HTML forms").
 */
export class PostFields {
  readonly entries: readonly (readonly [name: string, value: string])[];
  readonly #byName: ReadonlyMap<string, string>;

  constructor(pairs: Iterable<readonly [name: string, value: string]>) {
    const byName = new Map<string, string>();
    for (const [name, value] of pairs) {
      const lower = name.toLowerCase();
      const before = byName.get(lower);
      byName.set(lower, before === undefined ? value : `${before},${value}`);
    }
    this.#byName = byName;
    this.entries = [...byName];
  }

  /** In any case. */
  get(name: string): string | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.#byName.has(name.toLowerCase());
  }
}

/**
 * Puts the name of the file in the place of `${filename}` in every field but the
 * policy, once: what the name itself contains stays.
 * @param maxLength of all values together
 * @throws S3Error `MaxPostPreDataLengthExceededError` when they grow beyond it
 */
export function expandFilename(fields: PostFields, filename: string, maxLength: number): PostFields {
  let length = 0;
  const expanded = fields.entries.map(([name, value]): readonly [string, string] => {
    if (name === 'policy' || !value.includes(FILENAME)) return [name, value];
    const pieces = value.split(FILENAME);
    length += value.length + (pieces.length - 1) * filename.length;
    if (length > maxLength) throw s3Error('MaxPostPreDataLengthExceededError');
    return [name, pieces.join(filename)];
  });
  return new PostFields(expanded);
}

/** Behind the last slash or backslash: some browsers send the whole path of a file. */
export function baseName(filename: string): string {
  return filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
}

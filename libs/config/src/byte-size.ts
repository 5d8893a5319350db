import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};

const EXPECTED = 'expected a number of bytes such as 1048576 or "1MiB"';

const PATTERN = /^(\d{1,15}(?:\.\d{1,3})?) ?(B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)?$/;

/** Bytes named by a text such as `96MiB`, `1.5 GiB` or `4096`; `undefined` when it is none. */
export function parseByteSize(text: string): number | undefined {
  const match = PATTERN.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  if (match === null || unit === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Schema of a number of bytes, written as a number or as a text with a unit; comes out as a number. */
export function byteSize(minimum = 0) {
  return z
    .union([z.number().int().min(0), z.string().max(32)], { error: EXPECTED })
    .transform((value, context) => {
      const bytes = typeof value === 'number' ? value : parseByteSize(value);
      if (bytes !== undefined && bytes >= minimum) return bytes;
      context.addIssue({ code: 'custom', message: minimum === 0 ? EXPECTED : `${EXPECTED}, at least ${minimum}` });
      return z.NEVER;
    });
}

/** A setting of the scenarios: `--<name>` of the runner, `LOAD_<NAME>` in k6's environment. */
export interface Setting {
  readonly name: string;
  readonly kind: 'count' | 'size' | 'time';
  readonly byDefault: string;
  readonly about: string;
}

export const SETTINGS: readonly Setting[] = [
  { name: 'size', kind: 'size', byDefault: '4KiB', about: 'bytes of an object' },
  { name: 'objects', kind: 'count', byDefault: '200', about: 'objects stored before reads and lists' },
  { name: 'page', kind: 'count', byDefault: '100', about: 'entries of a page of a list' },
  { name: 'keys', kind: 'count', byDefault: '20', about: 'keys or tags that each user writes to in turn, so that what is stored stays bounded' },
  { name: 'part-size', kind: 'size', byDefault: '5MiB', about: 'bytes of a part; all but the last of an upload need 5 MiB' },
  { name: 'parts', kind: 'count', byDefault: '2', about: 'parts of an upload' },
  { name: 'layer-size', kind: 'size', byDefault: '256KiB', about: 'bytes of the layer of an image' },
  { name: 'images', kind: 'count', byDefault: '10', about: 'images stored before pulls' },
  { name: 'think', kind: 'time', byDefault: '', about: "pause of a user after each iteration; default: the profile's" },
];

export function variableOf(name: string): string {
  return `LOAD_${name.toUpperCase().replace(/-/g, '_')}`;
}

/** @throws TypeError for what is none */
export function parseSetting({ name, kind }: Setting, text: string): number {
  const parse = { count: parseCount, size: parseSize, time: parseMilliseconds }[kind];
  const value = parse(text);
  if (value === undefined) throw new TypeError(`--${name} does not understand ${JSON.stringify(text)}; it wants ${WANTED[kind]}`);
  return value;
}

const WANTED = { count: 'a whole number above 0', size: 'bytes, such as 4096, 4KiB or 5MiB', time: 'a time, such as 100ms, 2s or 30m' };
const UNITS = { B: 1, KiB: 1024, MiB: 1024 * 1024, GiB: 1024 * 1024 * 1024 };
const TIMES = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function parseCount(text: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function parseSize(text: string): number | undefined {
  const match = /^([1-9]\d{0,11})(B|KiB|MiB|GiB)?$/.exec(text);
  return match ? Number(match[1]) * UNITS[(match[2] ?? 'B') as keyof typeof UNITS] : undefined;
}

/** `undefined` for what is no time. */
export function parseMilliseconds(text: string): number | undefined {
  const match = /^(\d{1,7}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text);
  return match ? Number(match[1]) * TIMES[match[2] as keyof typeof TIMES] : undefined;
}

/** True for an address that only this machine reaches. */
export function isLoopback(endpoint: string): boolean {
  const host = /^https?:\/\/(\[[^\]]*\]|[^/:?#@]*)(:\d+)?\/?$/i.exec(endpoint)?.[1]?.toLowerCase();
  return host !== undefined && (host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host));
}

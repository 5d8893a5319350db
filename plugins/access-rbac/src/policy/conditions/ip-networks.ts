import { isIPv4, isIPv6 } from 'node:net';

/** An address, or all whose first `length` bits are the same. */
export interface Network {
  readonly family: 4 | 6;
  /** 16 bits each: two words, or eight. */
  readonly words: readonly number[];
  readonly length: number;
}

/** `undefined` when it is neither an address nor a network in CIDR form. */
export function networkOf(text: string): Network | undefined {
  const [address = '', bits, more] = text.split('/');
  const found = addressOf(address);
  if (found === undefined || more !== undefined) return undefined;
  const full = found.family === 4 ? 32 : 128;
  if (bits === undefined) return found;
  const mapped = found.family === 4 && address.includes(':');
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) - (mapped ? 96 : 0) : -1;
  return length < 0 || length > full ? undefined : { ...found, length };
}

/** IPv4 written as IPv6 (`::ffff:192.0.2.1`) is IPv4. */
export function addressOf(text: string): Network | undefined {
  if (isIPv4(text)) return { family: 4, words: wordsOfV4(text), length: 32 };
  const [bare = ''] = text.split('%');
  if (!isIPv6(bare)) return undefined;
  const words = wordsOfV6(bare);
  const mapped = words[5] === 0xffff && words.slice(0, 5).every((word) => word === 0);
  return mapped ? { family: 4, words: words.slice(6), length: 32 } : { family: 6, words, length: 128 };
}

export function contains(network: Network, address: Network): boolean {
  if (network.family !== address.family) return false;
  let left = network.length;
  for (let i = 0; left > 0; i++, left -= 16) {
    const drop = left >= 16 ? 0 : 16 - left;
    if ((network.words[i] as number) >> drop !== (address.words[i] as number) >> drop) return false;
  }
  return true;
}

function wordsOfV4(text: string): readonly number[] {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}

function wordsOfV6(text: string): readonly number[] {
  const [head = '', tail] = text.split('::');
  const before = wordsIn(head);
  if (tail === undefined) return before;
  const after = wordsIn(tail);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

function wordsIn(part: string): readonly number[] {
  if (part === '') return [];
  return part.split(':').flatMap((word) => (word.includes('.') ? wordsOfV4(word) : [Number.parseInt(word, 16)]));
}

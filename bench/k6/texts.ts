import { md5, randomBytes, sha256 } from 'k6/crypto';

const SEED_LETTERS = 32;

/** Bytes to send, and what must be true of them later. All ASCII: one letter is one byte. */
export interface Content {
  readonly text: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly md5: string;
}

/** The same seed makes the same text. */
export function repeatSeed(seed: string, size: number): string {
  return seed.repeat(Math.ceil(size / seed.length)).slice(0, size);
}

export function contentOf(text: string): Content {
  return { text, sha256: sha256(text, 'hex'), md5: md5(text, 'hex') };
}

/** Content that nobody has stored before, so that no server may share it. */
export function freshContent(size: number): Content {
  return contentOf(repeatSeed(randomSeed(), size));
}

export function randomSeed(): string {
  return [...new Uint8Array(randomBytes(SEED_LETTERS / 2))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Part of every name of this run: what other runs left or do meanwhile is never met. */
export function runName(): string {
  return `load-${Date.now().toString(36)}-${randomSeed().slice(0, 8)}`;
}

export function pick<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)]!;
}

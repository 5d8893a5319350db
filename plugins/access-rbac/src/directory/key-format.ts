import { crc32 } from 'node:zlib';
import crypto from 'node:crypto';

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SECRET_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What every API key begins with, so that scanners for leaked secrets find it. */
export const API_KEY_PREFIX = 'zas_';
const API_KEY = /^zas_([A-Z2-7]{16})_([A-Za-z0-9]{40})_([0-9a-f]{8})$/;

/** A number below `max`, each as likely as the other. */
export type RandomNumber = (max: number) => number;

export const secureRandom: RandomNumber = (max) => crypto.randomInt(max);

const text = (length: number, alphabet: string, random: RandomNumber): string =>
  Array.from({ length }, () => alphabet[random(alphabet.length)]).join('');

/** A pair as AWS's: 20 characters and 40. */
export function newAccessKey(random: RandomNumber): { readonly id: string; readonly secret: string } {
  return { id: `ZAK${text(17, ID_ALPHABET, random)}`, secret: text(40, SECRET_ALPHABET, random) };
}

/** `zas_ID_SECRET_CHECKSUM`; `token` is all of it, and shown once. */
export function newApiKey(random: RandomNumber): { readonly id: string; readonly token: string } {
  const id = text(16, ID_ALPHABET, random);
  const start = `${API_KEY_PREFIX}${id}_${text(40, SECRET_ALPHABET, random)}`;
  return { id, token: `${start}_${checksum(start)}` };
}

/** The id in an API key; `undefined` for what is none. The checksum tells typing errors from keys without a look at the store. */
export function apiKeyIdOf(token: string): string | undefined {
  const [, id, , sum] = API_KEY.exec(token) ?? [];
  if (id === undefined || sum !== checksum(token.slice(0, -9))) return undefined;
  return id;
}

function checksum(start: string): string {
  return crc32(start).toString(16).padStart(8, '0');
}

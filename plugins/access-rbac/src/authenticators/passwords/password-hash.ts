/** A stored hash, taken apart. */
export type PasswordHash =
  | { readonly kind: 'bcrypt'; readonly text: string }
  | {
      readonly kind: 'argon2id';
      readonly memory: number;
      readonly passes: number;
      readonly parallelism: number;
      readonly salt: Buffer;
      readonly tag: Buffer;
    };

/** bcrypt reads no more of a password; what lies behind would count for nothing. */
export const BCRYPT_BYTES = 72;

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const ARGON2ID = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
/** One check may cost seconds of a processor or a gibibyte, not more: whoever may ask makes the server pay. */
const MOST_COST = 16;
const MOST_MEMORY = 1024 * 1024;
const MOST_PASSES = 64;
const MOST_LANES = 16;

/** Reads a hash of bcrypt or of Argon2id. Throws an `Error` that says what is wrong and does not repeat it. */
export function readPasswordHash(text: string): PasswordHash {
  const bcrypt = BCRYPT.exec(text);
  if (bcrypt) {
    const cost = Number(bcrypt[1]);
    if (cost < 4 || cost > MOST_COST) throw new Error(`a bcrypt cost of ${cost}; 4 to ${MOST_COST} are taken`);
    return { kind: 'bcrypt', text };
  }
  const argon = ARGON2ID.exec(text);
  if (argon) {
    const [memory, passes, parallelism] = argon.slice(1, 4).map(Number) as [number, number, number];
    const fits = memory <= MOST_MEMORY && passes >= 1 && passes <= MOST_PASSES && parallelism >= 1 && parallelism <= MOST_LANES && memory >= 8 * parallelism;
    if (!fits) throw new Error(`parameters of Argon2id out of range; at most m=${MOST_MEMORY},t=${MOST_PASSES},p=${MOST_LANES}`);
    return { kind: 'argon2id', memory, passes, parallelism, salt: Buffer.from(argon[4]!, 'base64'), tag: Buffer.from(argon[5]!, 'base64') };
  }
  throw new Error('a hash that is neither bcrypt ($2a$, $2b$, $2y$) nor Argon2id ($argon2id$v=19$)');
}

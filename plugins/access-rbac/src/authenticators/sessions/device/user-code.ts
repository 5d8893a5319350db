/** No vowels, so that no words come about; nothing that is read in two ways. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;

/** A code that people type: twenty letters to the eighth, 25.6 billion. */
export function makeUserCode(randomBytes: (size: number) => Buffer): string {
  let code = '';
  while (code.length < LENGTH) {
    // Of 256 the last 16 are left out: every letter is as likely.
    for (const byte of randomBytes(16)) if (byte < 240 && code.length < LENGTH) code += LETTERS[byte % LETTERS.length]!;
  }
  return code;
}

export const shownUserCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/** As it was made, from what somebody typed; `undefined` for what is no code. */
export function readUserCode(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s-]/g, '');
  return code.length === LENGTH && [...code].every((letter) => LETTERS.includes(letter)) ? code : undefined;
}

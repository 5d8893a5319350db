import { readPasswordHash, type PasswordHash } from '../passwords/password-hash.js';

const MOST_LINES = 100_000;

/** Reads the whole file. Throws an `Error` that names the first line which cannot be right, and repeats no hash. */
export function parseHtpasswd(text: string): ReadonlyMap<string, PasswordHash> {
  const users = new Map<string, PasswordHash>();
  const lines = text.split(/\r?\n/);
  if (lines.length > MOST_LINES) throw new Error(`more than ${MOST_LINES} lines`);
  lines.forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const refuse = (why: string): never => {
      throw new Error(`line ${index + 1}: ${why}`);
    };
    const colon = line.indexOf(':');
    if (colon < 1) refuse('expected name:hash');
    const name = line.slice(0, colon);
    if (name.length > 256 || /[\u0000-\u001f\u007f]/.test(name)) refuse('a name has at most 256 characters, none of them a control character');
    if (users.has(name)) refuse('the name stands there twice');
    try {
      users.set(name, readPasswordHash(line.slice(colon + 1).trim()));
    } catch (error) {
      refuse((error as Error).message);
    }
  });
  return users;
}

import fs from 'node:fs';
import path from 'node:path';

/** Where the install scripts put tools. */
const OWN_BIN = path.resolve(import.meta.dirname, '../../../test/.clients/bin');

/** The first program of that name in the folders of a PATH; `undefined` when there is none. */
export function findProgram(name: string, searchPath: string): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const candidates = searchPath.split(path.delimiter).filter(Boolean).map((folder) => path.join(folder, file));
  return candidates.find((candidate) => {
    try {
      fs.accessSync(candidate, fs.constants.X_OK);
      return fs.statSync(candidate).isFile();
    } catch {
      return false;
    }
  });
}

/** `searchPath` with the folder of our own tools behind it. */
export function withOwnTools(searchPath: string): string {
  return [searchPath, OWN_BIN].filter(Boolean).join(path.delimiter);
}

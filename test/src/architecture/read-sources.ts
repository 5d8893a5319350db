import fs from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** A text file of the repository; `path` is relative to its root, with slashes. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** One npm workspace. */
export interface Package {
  readonly name: string;
  /** Relative to the root, with slashes. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What is made or fetched, not written. */
const MADE = new Set(['node_modules', 'dist', '.git', '.clients', 'coverage', 'data', '.node']);
const TEXT = /\.(ts|mts|cts|js|mjs|cjs|json|md|ya?ml|py|sh)$|^[^.]+$|^\.[a-z]+$/;

/** All text files that people write, in order of their path. */
export function readRepository(): readonly TextFile[] {
  const found: TextFile[] = [];
  const walk = (folder: string): void => {
    for (const entry of fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
      const inner = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (MADE.has(entry.name)) continue;
      if (entry.isDirectory()) walk(inner);
      else if (entry.isFile() && TEXT.test(entry.name)) found.push({ path: inner, text: fs.readFileSync(path.join(ROOT, inner), 'utf8') });
    }
  };
  walk('');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The workspaces, from the files read. */
export function packagesOf(files: readonly TextFile[]): readonly Package[] {
  return files
    .filter((file) => /^((apps|libs|plugins)\/[^/]+|test|bench)\/package\.json$/.test(file.path))
    .map((file) => {
      const manifest = JSON.parse(file.text) as Manifest;
      return { name: manifest.name, folder: path.posix.dirname(file.path), manifest };
    });
}

/** TypeScript of the workspaces. */
export const isSource = ({ path: name }: TextFile) => /^((apps|libs|plugins)\/[^/]+|test|bench)\/src\/.*\.ts$/.test(name);

/** Specs, what they alone use, and the test workspace. */
export const isTest = ({ path: name }: TextFile) => /\.spec\./.test(name) || /^(test|bench)\//.test(name);

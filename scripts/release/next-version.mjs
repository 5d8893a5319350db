import { CommitParser } from 'conventional-commits-parser';
import semver from 'semver';

const MINOR = new Set(['feat']);
const PATCH = new Set(['fix', 'perf', 'refactor', 'build', 'revert']);

// Conventional Commits 1.0.0 with its mark for breaking changes.
const parser = new CommitParser({ headerPattern: /^(\w*)(?:\(([^)]*)\))?!?: (.*)$/, breakingHeaderPattern: /^(\w*)(?:\(([^)]*)\))?!: (.*)$/, headerCorrespondence: ['type', 'scope', 'subject'] });

/**
 * The version that follows from the commits since the last one (semver 2.0.0; before 1.0
 * a breaking change raises the minor version).
 * @param {string} version the last one
 * @param {readonly string[]} messages whole commit messages
 * @returns {string | undefined} nothing when no commit changes what is released
 */
export function nextVersion(version, messages) {
  const commits = messages.map((message) => parser.parse(message));
  const has = (types) => commits.some(({ type }) => types.has(type));
  const breaking = commits.some(({ notes }) => notes.some(({ title }) => /^BREAKING[ -]CHANGE$/.test(title)));
  if (breaking) return semver.inc(version, semver.major(version) === 0 ? 'minor' : 'major');
  if (has(MINOR)) return semver.inc(version, 'minor');
  return has(PATCH) ? semver.inc(version, 'patch') : undefined;
}

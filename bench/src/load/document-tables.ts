import { PROFILES, secondsOf, type Profile } from './plan/profiles.js';
import { SCENARIOS } from './plan/scenarios.js';
import { SETTINGS, variableOf } from './plan/settings.js';

/** The tables of `docs/load-tests.md`, line by line; a test holds the document against them. */
export function documentTables(): readonly string[] {
  const code = (text: string) => `\`${text}\``;
  return [
    '| scenario | an iteration, and what is checked | settings | p95 under `load`, ms |',
    '| --- | --- | --- | ---: |',
    ...SCENARIOS.map(({ name, about, settings, p95Ms }) => `| ${code(name)} | ${about} | ${settings.map((one) => code(`--${one}`)).join(' ') || '–'} | ${p95Ms} |`),
    '',
    '| profile | users | length | think | failed requests and checks | p95 | what for |',
    '| --- | ---: | ---: | ---: | ---: | ---: | --- |',
    ...PROFILES.map((profile) => {
      const { name, users, thinkMs, failures, latencyFactor, about } = profile;
      return `| ${code(name)} | ${users} | ${lengthOf(profile)} | ${thinkMs} ms | ${failures === 0 ? 'none' : `≤ ${failures * 100} %`} | ${latencyFactor === undefined ? 'not judged' : `${latencyFactor} ×`} | ${about} |`;
    }),
    '',
    '| flag | variable | default | |',
    '| --- | --- | --- | --- |',
    ...SETTINGS.map(({ name, byDefault, about }) => `| ${code(`--${name}`)} | ${code(variableOf(name))} | ${byDefault} | ${about} |`),
  ];
}

function lengthOf(profile: Profile): string {
  const seconds = secondsOf(profile);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}

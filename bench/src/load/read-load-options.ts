import { parseArgs } from 'node:util';
import { didYouMean } from '@zas/config';
import { PROFILES, secondsOf, type Profile } from './plan/profiles.js';
import { SCENARIOS, type Scenario } from './plan/scenarios.js';
import { isLoopback, parseMilliseconds, parseSetting, SETTINGS, variableOf } from './plan/settings.js';

const MOST_USERS = 10_000;
const MOST_SECONDS = 24 * 3600;

/** A server that runs already. */
export interface LoadEndpoint {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secret: string;
  readonly region: string;
}

export interface LoadRun {
  readonly command: 'run';
  readonly scenarios: readonly Scenario[];
  readonly profile: Profile;
  /** One line for each scenario instead of k6's own display. */
  readonly brief: boolean;
  readonly allowRemote: boolean;
  /** Absent: a server of ours on a fresh folder. */
  readonly endpoint?: LoadEndpoint;
  /** Variables of the scenarios: changes of the profile, settings. */
  readonly variables: Readonly<Record<string, string>>;
  readonly json?: string;
}

export type LoadOptions = LoadRun | { readonly command: 'help' } | { readonly command: 'list' };

/**
 * @param environment where keys are looked for that no flag names
 * @throws TypeError for wrong arguments
 */
export function readLoadOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): LoadOptions {
  const text = { type: 'string' } as const;
  const yes = { type: 'boolean' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ profile: text, duration: text, vus: text, json: text },
      ...{ endpoint: text, access: text, secret: text, region: text },
      ...{ 'allow-remote': yes, 'smoke-all': yes, help: yes, list: yes },
      ...Object.fromEntries(SETTINGS.map(({ name }) => [name, text])),
    },
  });
  if (values.help === true) return { command: 'help' };
  if (values.list === true) return { command: 'list' };
  const smokeAll = values['smoke-all'] === true;
  if (smokeAll && (positionals.length > 0 || values.profile !== undefined)) throw new TypeError('--smoke-all wants no scenario and no profile: it is the smoke of all');
  return {
    command: 'run',
    scenarios: smokeAll ? SCENARIOS : [readScenario(positionals)],
    profile: find('profile', PROFILES, values.profile ?? 'smoke'),
    brief: smokeAll,
    allowRemote: values['allow-remote'] === true,
    endpoint: readEndpoint(values, environment),
    variables: readVariables(values),
    json: values.json,
  };
}

function readScenario(names: readonly string[]): Scenario {
  const [name, ...more] = names;
  if (name === undefined) throw new TypeError('Which scenario? `--list` names them');
  if (more.length > 0) throw new TypeError(`One scenario at a time, not also ${more.join(' ')}`);
  return find('scenario', SCENARIOS, name);
}

function find<T extends { readonly name: string }>(what: string, known: readonly T[], name: string): T {
  const found = known.find((one) => one.name === name);
  const names = known.map((one) => one.name);
  if (!found) throw new TypeError(`There is no ${what} ${JSON.stringify(name)}${didYouMean(name, names)}; there are ${names.join(', ')}`);
  return found;
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

function readEndpoint(values: Values, environment: Readonly<Record<string, string | undefined>>): LoadEndpoint | undefined {
  const given = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const url = given('endpoint');
  if (url === undefined) {
    if (given('access') ?? given('secret') ?? given('region')) throw new TypeError('--access, --secret and --region want an --endpoint');
    return undefined;
  }
  if (!URL.canParse(url) || !/^https?:\/\/[^/?#@]+\/?$/i.test(url)) throw new TypeError('--endpoint wants scheme, host and port, such as http://127.0.0.1:9000');
  if (!isLoopback(url) && values['allow-remote'] !== true) throw new TypeError(`${url} is not on this machine; with --allow-remote it is loaded all the same: do that only to what is yours`);
  const accessKeyId = given('access') ?? environment['LOAD_ACCESS_KEY'];
  const secret = given('secret') ?? environment['LOAD_SECRET_KEY'];
  if (!accessKeyId || !secret) throw new TypeError('--endpoint wants keys: --access and --secret, or LOAD_ACCESS_KEY and LOAD_SECRET_KEY in the environment');
  return { url, accessKeyId, secret, region: given('region') ?? 'us-east-1' };
}

function readVariables(values: Values): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const setting of SETTINGS) {
    const text = values[setting.name];
    if (typeof text !== 'string') continue;
    parseSetting(setting, text);
    variables[variableOf(setting.name)] = text;
  }
  const { vus, duration } = values;
  if (typeof vus === 'string') {
    if (!/^[1-9]\d{0,5}$/.test(vus) || Number(vus) > MOST_USERS) throw new TypeError(`--vus wants a whole number from 1 to ${MOST_USERS}`);
    variables['LOAD_VUS'] = vus;
  }
  if (typeof duration === 'string') {
    const seconds = (parseMilliseconds(duration) ?? 0) / 1000;
    if (seconds < 1 || seconds > MOST_SECONDS) throw new TypeError('--duration wants a time from 1s to 24h, such as 30s or 5m');
    variables['LOAD_DURATION'] = duration;
  }
  return variables;
}

export const HELP = `Usage: npm run load -- SCENARIO [--profile NAME] [options]
       npm run load -- --smoke-all [options]
       npm run load -- --list

Drives a server with k6: one of ours on a fresh folder, or the one at --endpoint.
Each scenario makes its own data and removes it, and checks what it is answered.

  --profile NAME     ${PROFILES.map(({ name }) => name).join(', ')}; default smoke
  --vus N            users at the peak, instead of the profile's
  --duration TIME    length of the run, instead of the profile's; its stages keep their shares
  --endpoint URL     load this server; only addresses of this machine, but for --allow-remote
  --access KEY --secret SECRET --region NAME
                     its keys; also LOAD_ACCESS_KEY and LOAD_SECRET_KEY in the environment
  --allow-remote     load a server elsewhere, which is yours
  --json FILE        what k6 counted
  --smoke-all        the smoke of every scenario in turn, against one server
  --list             scenarios, profiles and what they do

Settings of the scenarios:
${SETTINGS.map(({ name, about, byDefault }) => `  ${`--${name}`.padEnd(18)} ${about}${byDefault === '' ? '' : `; default ${byDefault}`}`).join('\n')}

Exit code: k6's own: 0 when all thresholds held, 99 when one did not; 1 when something
is missing or broke, 2 for wrong arguments.
`;

export function renderList(): string {
  const line = (name: string, about: string) => `  ${name.padEnd(14)} ${about}`;
  const scenarios = SCENARIOS.map(({ name, about, settings }) => line(name, settings.length === 0 ? about : `${about} (${settings.map((one) => `--${one}`).join(', ')})`));
  const profiles = PROFILES.map((profile) => line(profile.name, `${profile.about} (${secondsOf(profile)} s)`));
  return ['Scenarios', ...scenarios, '', 'Profiles', ...profiles].join('\n');
}

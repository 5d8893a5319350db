import { PROFILES, type Profile } from '../src/load/plan/profiles.ts';
import { isLoopback, parseMilliseconds, parseSetting, SETTINGS, variableOf } from '../src/load/plan/settings.ts';

/** The server under load and whose requests these are. */
export interface Target {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly host: string;
  readonly accessKeyId: string;
  readonly secret: string;
  readonly region: string;
}

export const target: Target = readTarget();
export const profile: Profile = readProfile();
/** Users at the peak, where it is not the profile's. */
export const users: number | undefined = __ENV['LOAD_VUS'] === undefined ? undefined : Number(__ENV['LOAD_VUS']);
/** Length of the run, where it is not the profile's. */
export const seconds: number | undefined = readSeconds();

/** A setting of the scenarios as it was given, or its default. */
export function setting(name: string): number {
  const found = SETTINGS.find((one) => one.name === name);
  if (!found) throw new TypeError(`There is no setting ${name}`);
  return parseSetting(found, __ENV[variableOf(name)] ?? found.byDefault);
}

/** Milliseconds that a user waits after each iteration. */
export const thinkMs: number = __ENV['LOAD_THINK'] === undefined ? profile.thinkMs : setting('think');

function readTarget(): Target {
  const endpoint = required('LOAD_ENDPOINT').replace(/\/$/, '');
  const host = /^https?:\/\/([^/?#@]+)$/i.exec(endpoint)?.[1];
  if (host === undefined) throw new TypeError('LOAD_ENDPOINT wants scheme, host and port, such as http://127.0.0.1:9000');
  if (!isLoopback(endpoint) && __ENV['LOAD_ALLOW_REMOTE'] !== 'yes') {
    throw new TypeError(`${endpoint} is not on this machine: load it only if it is yours, with LOAD_ALLOW_REMOTE=yes`);
  }
  return { endpoint, host, accessKeyId: required('LOAD_ACCESS_KEY'), secret: required('LOAD_SECRET_KEY'), region: __ENV['LOAD_REGION'] ?? 'us-east-1' };
}

function readProfile(): Profile {
  const name = __ENV['LOAD_PROFILE'] ?? 'smoke';
  const found = PROFILES.find((one) => one.name === name);
  if (!found) throw new TypeError(`LOAD_PROFILE knows ${PROFILES.map((one) => one.name).join(', ')}, not ${name}`);
  return found;
}

function readSeconds(): number | undefined {
  const text = __ENV['LOAD_DURATION'];
  if (text === undefined) return undefined;
  const milliseconds = parseMilliseconds(text);
  if (milliseconds === undefined || milliseconds === 0) throw new TypeError('LOAD_DURATION wants a time, such as 30s or 5m');
  return milliseconds / 1000;
}

function required(name: string): string {
  const text = __ENV[name];
  if (text === undefined || text === '') throw new TypeError(`${name} is missing; \`npm run load\` sets it`);
  return text;
}

import { z } from 'zod';
import { issuerSchema } from '../oidc/issuers-config.js';
import { certificateRuleSchema } from './certificates-config.js';
import { htpasswdSchema } from './htpasswd/htpasswd-config.js';
import { ldapSchema } from './ldap/ldap-config.js';
import { hashingSchema } from './passwords/hashing-config.js';
import { sessionsSchema } from './sessions/sessions-config.js';
import { throttleSchema } from './throttle-config.js';

/** Of the config: how people and programs that the config does not list come in. */
export const authenticatorFields = {
  /** Not named for what is in them: whatever a name like that holds is shown as stars. */
  userFiles: z.array(htpasswdSchema).max(20).default([]).describe('Files of names and passwords'),
  ldap: ldapSchema.optional().describe('A directory whose people come in with their passwords'),
  issuers: z.array(issuerSchema).max(100).default([]).describe('Issuers whose bearer tokens count'),
  certificates: z.array(certificateRuleSchema).max(1_000).default([]).describe('Rules that map client certificates to principals'),
  hashing: hashingSchema.prefault({}),
  throttle: throttleSchema.prefault({}),
  sessions: sessionsSchema.prefault({}),
};

export type AuthenticatorsConfig = z.output<z.ZodObject<typeof authenticatorFields>>;

/**
 * What no single entry shows. Principal ids are made of these names: two sources with
 * one name would let the people of one be those of the other.
 */
export function checkSources(config: AuthenticatorsConfig, issue: (path: readonly (string | number)[], message: string) => void): void {
  const { userFiles, ldap, issuers, certificates } = config;
  const seen = new Map<string, string>();
  const once = (kind: string, value: string, path: readonly (string | number)[]): void => {
    const earlier = seen.get(`${kind} ${value}`);
    if (earlier === undefined) seen.set(`${kind} ${value}`, placeOf(path));
    else issue(path, `is the same as ${earlier}`);
  };
  userFiles.forEach(({ name }, index) => once('name', name, ['userFiles', index, 'name']));
  if (ldap) once('name', ldap.name, ['ldap', 'name']);
  issuers.forEach(({ name, url }, index) => {
    once('name', name, ['issuers', index, 'name']);
    once('url', url, ['issuers', index, 'url']);
  });
  // Several rules may make one kind of principal.
  const rules = new Set(certificates.map(({ name }) => name));
  for (const name of rules) once('name', name, ['certificates', certificates.findIndex((rule) => rule.name === name), 'name']);
}

/** First parts of the ids of people who came in by something else than a token. */
export function sourcesOfPeople({ userFiles, ldap, certificates }: AuthenticatorsConfig): readonly string[] {
  return [...userFiles, ...(ldap ? [ldap] : []), ...certificates].map(({ name }) => name);
}

/** Accounts to which these entries assign people, besides the server root's. */
export function accountsNamed({ userFiles, ldap, issuers, certificates }: AuthenticatorsConfig): readonly string[] {
  const sources = [...userFiles, ...(ldap ? [ldap] : []), ...issuers, ...certificates];
  return [...new Set(sources.flatMap(({ account }) => account ?? []))];
}

const placeOf = ([first, ...rest]: readonly (string | number)[]): string => rest.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${part}`), String(first));

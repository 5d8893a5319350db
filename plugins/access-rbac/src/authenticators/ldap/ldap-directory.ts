import { StoreError } from '@zas/plugin-api';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { Client, ResultCodeError, SizeLimitExceededError, type Entry } from 'ldapts';
import { escapeInDn, escapeInFilter, fillIn } from './escape-name.js';
import type { LdapConfig } from './ldap-config.js';

/** Answers to a bind that are about the user or the password: wrong, locked, without one, not there. */
const REFUSALS = new Set([19, 32, 34, 48, 49, 53]);
const MOST_GROUPS = 1_000;

/** A user who gave the right password. */
export interface LdapUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Looks people up in a directory, over a connection for each login. */
export class LdapDirectory {
  #tls: ConnectionOptions = { minVersion: 'TLSv1.2' };

  constructor(private readonly config: LdapConfig) {}

  /** Reads the CAs. */
  async load(): Promise<void> {
    const { caFile } = this.config;
    if (caFile !== undefined) this.#tls = { ...this.#tls, ca: await fs.readFile(caFile) };
  }

  /** @param password not empty: a bind without one succeeds for everybody. Throws `unavailable`. */
  async login(name: string, password: string): Promise<LdapUser | 'unknown' | 'wrong'> {
    const { config } = this;
    const timeout = config.timeoutSeconds * 1000;
    const client = new Client({ url: config.url, timeout, connectTimeout: timeout, tlsOptions: this.#tls, strictDN: false });
    try {
      if (config.startTls) await client.startTLS(this.#tls);
      return await this.#login(client, name, password);
    } catch (cause) {
      throw new StoreError('unavailable', 'The directory cannot be asked', { cause });
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  async #login(client: Client, name: string, password: string): Promise<LdapUser | 'unknown' | 'wrong'> {
    const { config } = this;
    const dn = config.userDn === undefined ? await this.#find(client, name) : fillIn(config.userDn, { name }, escapeInDn);
    if (dn === undefined) {
      // As with a known name: one attempt, which takes its time.
      await this.#binds(client, `cn=${crypto.randomBytes(8).toString('hex')},${config.userBase}`, password);
      return 'unknown';
    }
    if (!(await this.#binds(client, dn, password))) return config.userDn === undefined ? 'wrong' : 'unknown';
    await this.#beSearcher(client);
    const { searchEntries } = await client.search(dn, { scope: 'base', filter: '(objectClass=*)', attributes: [config.nameAttribute], sizeLimit: 1, ...this.#limits });
    const ownName = searchEntries[0] && textsOf(searchEntries[0], config.nameAttribute)[0];
    // The name as the directory has it: it does not mind case or spaces, policies do.
    if (ownName === undefined || ownName.length > 256) throw new Error(`The entry has no usable ${config.nameAttribute}`);
    return { name: ownName, groups: await this.#groups(client, dn, ownName) };
  }

  /** The one entry that the filter finds; `undefined` for none and for several. */
  async #find(client: Client, name: string): Promise<string | undefined> {
    const { config } = this;
    await this.#beSearcher(client);
    try {
      const filter = fillIn(config.userFilter, { name }, escapeInFilter);
      const { searchEntries } = await client.search(config.userBase!, { scope: 'sub', filter, attributes: [config.nameAttribute], sizeLimit: 2, ...this.#limits });
      return searchEntries.length === 1 ? searchEntries[0]!.dn : undefined;
    } catch (error) {
      if (error instanceof SizeLimitExceededError) return undefined;
      throw error;
    }
  }

  async #groups(client: Client, dn: string, name: string): Promise<readonly string[]> {
    const { groupBase, groupFilter, groupAttribute } = this.config;
    if (groupBase === undefined) return [];
    const filter = fillIn(groupFilter, { dn, name }, escapeInFilter);
    const { searchEntries } = await client.search(groupBase, { scope: 'sub', filter, attributes: [groupAttribute], sizeLimit: MOST_GROUPS, ...this.#limits });
    return searchEntries.flatMap((entry) => textsOf(entry, groupAttribute));
  }

  get #limits() {
    return { timeLimit: Math.ceil(this.config.timeoutSeconds), derefAliases: 'never' as const };
  }

  async #beSearcher(client: Client): Promise<void> {
    const { bindDn, bindPassword } = this.config;
    if (bindDn !== undefined) await client.bind(bindDn, bindPassword);
  }

  async #binds(client: Client, dn: string, password: string): Promise<boolean> {
    try {
      await client.bind(dn, password);
      return true;
    } catch (error) {
      if (error instanceof ResultCodeError && REFUSALS.has(error.code)) return false;
      throw error;
    }
  }
}

function textsOf(entry: Entry, attribute: string): readonly string[] {
  const name = Object.keys(entry).find((key) => key.toLowerCase() === attribute.toLowerCase());
  const value = name === undefined ? undefined : entry[name];
  return [value].flat().filter((one): one is string => typeof one === 'string' && one !== '');
}

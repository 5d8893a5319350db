import fs from 'node:fs/promises';
import { fetchJson, type FetchJson } from './fetch-json.js';
import type { IssuerConfig } from './issuers-config.js';

const MOST_BYTES = 1024 * 1024;

/** What an issuer's discovery document says of it, as far as it is used. */
export interface Discovery {
  readonly jwksUrl: URL;
  readonly authorizationUrl?: URL;
  readonly tokenUrl?: URL;
}

/**
 * Fetches what the config names, and what the discovery document under the config's
 * URL names; never an address out of a token.
 */
export class IssuerAddress {
  #ca: Buffer | undefined;

  constructor(
    private readonly config: IssuerConfig,
    private readonly fetch: FetchJson = fetchJson,
  ) {}

  /** Reads the CAs. */
  async load(): Promise<void> {
    if (this.config.caFile !== undefined) this.#ca = await fs.readFile(this.config.caFile);
  }

  /** The issuer's key set, unchecked. Throws when it cannot be had. */
  async keys(): Promise<unknown> {
    const { kind, url, jwksUrl } = this.config;
    if (jwksUrl !== undefined) return this.#get(new URL(jwksUrl));
    if (kind === 'kubernetes') return this.#get(new URL(`${url.replace(/\/+$/, '')}/openid/v1/jwks`));
    return this.#get((await this.discover()).jwksUrl);
  }

  /** Throws when it cannot be had, or is another issuer's. */
  async discover(): Promise<Discovery> {
    const { url } = this.config;
    const document = (await this.#get(new URL(`${url.replace(/\/+$/, '')}/.well-known/openid-configuration`))) as Record<string, unknown>;
    if (document['issuer'] !== url) throw new Error('The discovery document is of another issuer');
    const jwksUrl = this.#addressIn(document, 'jwks_uri');
    if (!jwksUrl) throw new Error('The discovery document names no keys');
    return { jwksUrl, authorizationUrl: this.#addressIn(document, 'authorization_endpoint'), tokenUrl: this.#addressIn(document, 'token_endpoint') };
  }

  /** Sends a form, as token endpoints have it. */
  post(url: URL, form: URLSearchParams, headers: Readonly<Record<string, string>>): Promise<unknown> {
    return this.fetch(url, { timeoutMs: this.config.fetchSeconds * 1000, maxBytes: MOST_BYTES, ca: this.#ca, form, headers });
  }

  /** An issuer that is reached safely names no unsafe address. */
  #addressIn(document: Record<string, unknown>, name: string): URL | undefined {
    const text = document[name];
    if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
    const url = new URL(text);
    const safe = url.protocol === 'https:' || (url.protocol === 'http:' && new URL(this.config.url).protocol === 'http:');
    if (!safe) throw new Error(`The discovery document names an address that is not https: ${name}`);
    return url;
  }

  async #get(url: URL): Promise<unknown> {
    const { tokenFile, fetchSeconds } = this.config;
    const own = [this.config.url, this.config.jwksUrl].some((text) => text !== undefined && new URL(text).origin === url.origin);
    // The token is for whom the config names, not for whom the discovery document names.
    const headers: Record<string, string> = tokenFile !== undefined && own ? { authorization: `Bearer ${(await fs.readFile(tokenFile, 'utf8')).trim()}` } : {};
    return this.fetch(url, { timeoutMs: fetchSeconds * 1000, maxBytes: MOST_BYTES, ca: this.#ca, headers });
  }
}

import type { JWK, JWTPayload } from 'jose';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function makeKey(kid: string, alg = 'ES256', use: string | undefined = 'sig'): Promise<FakeKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, ...(use === undefined ? {} : { use }) } };
}

/** An issuer that says what the test wants, over HTTP. */
export class FakeIssuer {
  readonly asked: string[] = [];
  keys: FakeKey[] = [];
  /** Answers in place of its own, by path. */
  readonly answers = new Map<string, (response: http.ServerResponse, request: http.IncomingMessage) => void>();
  #server: http.Server;
  #port = 0;

  constructor() {
    this.#server = this.#make();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/realm`;
  }

  /** On the port that it had before, if any. */
  async start(): Promise<this> {
    if (this.#server.listening) return this;
    this.#server = this.#make();
    await new Promise<void>((resolve) => void this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** A token that holds, unless the test says else; `undefined` leaves a claim out. */
  async sign(claims: JWTPayload, options: { key?: FakeKey; header?: Record<string, unknown> } = {}): Promise<string> {
    const key = options.key ?? this.keys[0]!;
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: this.url, sub: 'ann', aud: 'zas', iat: now, exp: now + 300, ...claims };
    const header = { alg: key.alg, kid: key.kid, typ: 'JWT', ...options.header };
    return new SignJWT(payload).setProtectedHeader(header).sign(key.privateKey);
  }

  #make(): http.Server {
    return http.createServer((request, response) => {
      const path = new URL(request.url!, 'http://x').pathname;
      this.asked.push(path);
      const own = this.answers.get(path);
      if (own) return own(response, request);
      const json = (value: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
      if (path === '/realm/.well-known/openid-configuration') {
        return void json({ issuer: this.url, jwks_uri: `${this.url}/keys`, authorization_endpoint: `${this.url}/authorize`, token_endpoint: `${this.url}/token` });
      }
      if (path === '/realm/keys') return void json({ keys: this.keys.map(({ jwk }) => jwk) });
      response.writeHead(404).end();
    });
  }
}

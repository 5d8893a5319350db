import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair, type JWK, type JWTPayload } from 'jose';

/** An OpenID Connect issuer in the test's own process, which signs what the test wants. */
export class IdentityProvider {
  private constructor(
    private readonly server: http.Server,
    private readonly privateKey: CryptoKey,
    private readonly jwk: JWK,
  ) {}

  /** What its token endpoint gives next, whatever it is asked for. */
  nextTokens: Readonly<Record<string, string>> = {};

  static async start(): Promise<IdentityProvider> {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
    const server = http.createServer((request, response) => provider.answer(request, response));
    const provider: IdentityProvider = new IdentityProvider(server, privateKey, jwk);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/realm`;
  }

  /** As the config of the access plugin names it. */
  get issuer(): Record<string, unknown> {
    return {
      name: 'idp',
      url: this.url,
      audiences: ['zas'],
      roles: ['/roles'],
      groups: ['/groups'],
      claims: { department: '/department' },
      login: { clientId: 'zas', scopes: ['openid'] },
    };
  }

  /** A token that holds, but for what `claims` says else; times in seconds. */
  token(claims: JWTPayload = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: this.url, sub: 'ann', aud: 'zas', iat: now, exp: now + 300, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'JWT' }).sign(this.privateKey);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const json = (value: unknown) => void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    switch (new URL(request.url!, 'http://x').pathname) {
      case '/realm/.well-known/openid-configuration':
        return json({ issuer: this.url, jwks_uri: `${this.url}/keys`, authorization_endpoint: `${this.url}/authorize`, token_endpoint: `${this.url}/token` });
      case '/realm/keys':
        return json({ keys: [this.jwk] });
      case '/realm/token':
        return json(this.nextTokens);
      default:
        response.writeHead(404).end();
    }
  }
}

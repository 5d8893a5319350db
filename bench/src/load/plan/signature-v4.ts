/** Digests as the place has them: `k6/crypto` under load, `node:crypto` in tests. */
export interface SigningCrypto<Key> {
  /** Lower-case hex. */
  sha256(text: string): string;
  hmac(key: Key | string, text: string): Key;
  /** Lower-case hex. */
  hmacHex(key: Key | string, text: string): string;
}

export interface SigningCredential {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly region: string;
}

export interface RequestToSign {
  readonly method: string;
  /** With the port, as it is sent. */
  readonly host: string;
  /** Percent-encoded once, starts with `/`. */
  readonly path: string;
  /** Not encoded; each name once. */
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names; all of them are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Lower-case hex. */
  readonly payloadSha256: string;
}

/** What goes over the wire. */
export interface SignedRequest {
  /** Without `host`, which the client sends itself. */
  readonly headers: Readonly<Record<string, string>>;
  /** Encoded, without `?`; empty when there is none. */
  readonly query: string;
}

/** Signs requests of one credential in the header form of Signature Version 4. */
export class SignatureV4<Key> {
  private day = '';
  private key: Key | undefined;

  constructor(
    private readonly crypto: SigningCrypto<Key>,
    private readonly credential: SigningCredential,
  ) {}

  /** @param now milliseconds since the epoch */
  sign(request: RequestToSign, now: number): SignedRequest {
    const { method, host, path, payloadSha256 } = request;
    const timestamp = `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const scope = `${timestamp.slice(0, 8)}/${this.credential.region}/s3/aws4_request`;
    const headers: Record<string, string> = { ...request.headers, 'x-amz-content-sha256': payloadSha256, 'x-amz-date': timestamp };
    const signed: Readonly<Record<string, string>> = { ...headers, host };
    const names = Object.keys(signed).sort();
    const query = encodeQuery(request.query ?? {});
    const lines = names.map((name) => `${name}:${signed[name]!.trim().replace(/ +/g, ' ')}\n`).join('');
    const canonical = `${method}\n${path}\n${query}\n${lines}\n${names.join(';')}\n${payloadSha256}`;
    const text = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${this.crypto.sha256(canonical)}`;
    const signature = this.crypto.hmacHex(this.keyOf(timestamp.slice(0, 8)), text);
    headers['authorization'] = `AWS4-HMAC-SHA256 Credential=${this.credential.accessKeyId}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}`;
    return { headers, query };
  }

  private keyOf(day: string): Key {
    if (this.key !== undefined && this.day === day) return this.key;
    const { secret, region } = this.credential;
    const parts = [day, region, 's3', 'aws4_request'];
    this.key = parts.reduce<Key | string>((key, part) => this.crypto.hmac(key, part), `AWS4${secret}`) as Key;
    this.day = day;
    return this.key;
  }
}

/** All but letters, digits and `-._~` percent-encoded. */
export function encodePart(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** As {@link encodePart}, slashes kept. */
export function encodePath(text: string): string {
  return text.split('/').map(encodePart).join('/');
}

function encodeQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`)
    .sort()
    .join('&');
}

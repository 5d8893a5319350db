import http from 'node:http';
import https from 'node:https';

/** How something is fetched of an issuer. */
export interface FetchOptions {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly ca?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes it a POST of a form. */
  readonly form?: URLSearchParams;
}

export type FetchJson = (url: URL, options: FetchOptions) => Promise<unknown>;

/**
 * Fetches one JSON object. Follows no redirect, takes no longer and no more than it
 * was told. Throws an `Error`; what the other side said is not in it.
 */
export const fetchJson: FetchJson = (url, { timeoutMs, maxBytes, ca, headers = {}, form }) =>
  new Promise((resolve, reject) => {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return reject(new Error('Neither http nor https'));
    const body = form?.toString();
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: form ? 'POST' : 'GET',
      headers: { accept: 'application/json', ...(form && { 'content-type': 'application/x-www-form-urlencoded' }), ...headers },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(ca && { ca }),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const pieces: Buffer[] = [];
      let size = 0;
      response.once('error', reject);
      if (response.statusCode !== 200) {
        response.destroy();
        return reject(new Error(`Answered ${response.statusCode}`));
      }
      response.on('data', (piece: Buffer) => {
        pieces.push(piece);
        size += piece.length;
        if (size > maxBytes) response.destroy(new Error(`Answered more than ${maxBytes} bytes`));
      });
      response.once('end', () => {
        try {
          const value = JSON.parse(Buffer.concat(pieces).toString('utf8')) as unknown;
          if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object');
          resolve(value);
        } catch {
          reject(new Error('Answered no JSON object'));
        }
      });
    });
    request.end(body);
  });

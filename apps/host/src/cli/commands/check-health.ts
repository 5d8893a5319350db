import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ConfiguredCall, Outcome } from '../outcome.js';

const MAX_BYTES = 64 * 1024;

/** The address at which a server with this configuration is reached from its own machine. */
export function ownUrl({ loaded: { config } }: Pick<ConfiguredCall, 'loaded'>): string {
  const { host, port, tls } = config.http;
  const reached = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host);
  return `${tls === undefined ? 'http' : 'https'}://${reached}:${port}`;
}

/**
 * Asks a running server how it is; made for health checks of containers, which have
 * no other program to ask with.
 * @param url where it is; absent: where the configuration says
 */
export async function checkHealth(call: ConfiguredCall, url: string | undefined, seconds: number): Promise<Outcome> {
  const target = new URL('/health/ready', url ?? ownUrl(call));
  try {
    const { status, body } = await ask(target, seconds);
    const state = typeof body === 'object' && body !== null && 'status' in body ? String(body.status) : `answered ${status}`;
    return { good: status === 200, text: state, value: { url: target.href, status, answer: body } };
  } catch (error) {
    const reason = (error as Error).message || ((error as { code?: string }).code ?? 'no answer');
    return { good: false, text: `${target.origin} does not answer: ${reason}`, value: { url: target.href, reason } };
  }
}

function ask(target: URL, seconds: number): Promise<{ status: number; body: unknown }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: unknown }>();
  const signal = AbortSignal.timeout(seconds * 1000);
  const answered = (response: IncomingMessage) => {
    let text = '';
    response.setEncoding('utf8').on('data', (piece: string) => {
      if ((text += piece).length > MAX_BYTES) response.destroy(new Error('the answer is too long'));
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(text) })).on('error', reject);
  };
  // Only the state is asked for and nothing secret sent: a certificate for another name, or of a private authority, is no reason to restart.
  const sent = target.protocol === 'https:' ? requestHttps(target, { signal, rejectUnauthorized: false }, answered) : requestHttp(target, { signal }, answered);
  sent.on('error', (error) => reject(signal.aborted ? new Error(`no answer in ${seconds} s`) : error)).end();
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

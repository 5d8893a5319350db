import { X509Certificate } from 'node:crypto';
import type { ClientCertificate, Clock } from '@zas/plugin-api';
import { StoreError } from '@zas/plugin-api';
import { certificateFacts } from '../tls/certificate-facts.js';

/** How Envoy writes it; all other proxies write the certificate alone. */
export const ENVOY_HEADER = 'x-forwarded-client-cert';

const MOST_TEXT = 16_384;
const PEM = /^-----BEGIN CERTIFICATE-----\r?\n(?:[A-Za-z0-9+/=]+\r?\n)+-----END CERTIFICATE-----\s*$/;
/** How long a proxy's word counts that does not say until when the certificate is good. */
const VOUCHED_MS = 300_000;

/**
 * What a trusted proxy says of its client's certificate; `undefined` where it says that
 * there is none. Throws `invalid-argument` for what is not of the header's form.
 */
export function forwardedCertificate(header: string, text: string, clock: Pick<Clock, 'now'>): ClientCertificate | undefined {
  if (text.trim() === '') return undefined;
  try {
    if (text.length > MOST_TEXT) throw new TypeError('too long');
    return header === ENVOY_HEADER ? readElement(lastElement(text), clock) : readPem(text);
  } catch (error) {
    throw new StoreError('invalid-argument', `${header} holds no client certificate`, { cause: error });
  }
}

/** As nginx's `$ssl_client_escaped_cert` and AWS's load balancers have it. */
function readPem(text: string): ClientCertificate {
  const pem = decodeURIComponent(text);
  if (!PEM.test(pem)) throw new TypeError('not one certificate in PEM');
  return certificateFacts(new X509Certificate(pem));
}

/** The certificate where it is there; else what stands of it, from a proxy that has verified it. */
function readElement(element: ReadonlyMap<string, readonly string[]>, clock: Pick<Clock, 'now'>): ClientCertificate {
  const [only = '', ...more] = element.get('hash') ?? [];
  const hash = only.toLowerCase();
  if (more.length > 0 || !/^[0-9a-f]{64}$/.test(hash)) throw new TypeError('no hash');
  const [cert, ...others] = element.get('cert') ?? [];
  if (others.length > 0) throw new TypeError('two certificates');
  if (cert !== undefined) {
    const facts = readPem(cert);
    if (facts.fingerprint !== hash) throw new TypeError('the hash of another certificate');
    return facts;
  }
  const named = (kind: string) => (element.get(kind.toLowerCase()) ?? []).filter((name) => name !== '').map((name) => `${kind}:${name}`);
  return {
    subject: element.get('subject')?.[0] ?? '',
    issuer: '',
    subjectAltNames: [...named('URI'), ...named('DNS')],
    fingerprint: hash,
    expiresAt: clock.now() + VOUCHED_MS,
  };
}

/** The one of the proxy at the other end of the connection: each adds its own behind those that it was sent. */
function lastElement(text: string): ReadonlyMap<string, readonly string[]> {
  let element = new Map<string, string[]>();
  const pair = /\s*([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;=\s]*(?:=[^",;\s]*)?))\s*(;|,|$)/y;
  for (let end = ''; pair.lastIndex < text.length || end !== ''; ) {
    const found = pair.exec(text);
    if (!found) throw new TypeError('not of the form');
    if (end === ',') element = new Map();
    const [, key = '', quoted, plain = '', next = ''] = found;
    const name = key.toLowerCase();
    element.set(name, [...(element.get(name) ?? []), quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1')]);
    end = next;
  }
  return element;
}

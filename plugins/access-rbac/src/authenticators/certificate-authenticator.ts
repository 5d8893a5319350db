import type { AuthenticationRequest, AuthenticationResult, Authenticator, CallContext, ClientCertificate, Clock } from '@zas/plugin-api';
import type { CertificateRule } from './certificates-config.js';
import { isFromAnotherSite } from './cross-site.js';
import { sourcePrincipal, type AccountOf } from './source-principal.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

interface Rule {
  readonly config: CertificateRule;
  readonly prefix: string;
  readonly pattern: RegExp;
}

/** Client certificates: the first rule that fits one of its names says who it is. */
export class CertificateAuthenticator implements Authenticator {
  readonly challenge = 'ClientCertificate realm="zot-artifact-store"';
  readonly #rules: readonly Rule[];
  readonly #accountOf: AccountOf;
  readonly #clock: Clock;

  constructor(rules: readonly CertificateRule[], accountOf: AccountOf, clock: Clock) {
    this.#rules = rules.map((config) => ({ config, prefix: `${config.san}:`, pattern: patternOf(config.pattern) }));
    this.#accountOf = accountOf;
    this.#clock = clock;
  }

  async authenticate(_context: CallContext, request: AuthenticationRequest): Promise<AuthenticationResult> {
    const { clientCertificate: certificate } = request;
    // Another credential that stands there has to be good: a gateway's certificate is not its callers'.
    if (certificate === undefined || request.headers.authorization !== undefined) return { outcome: 'not-mine' };
    for (const rule of this.#rules) {
      const name = nameOf(rule, certificate);
      if (name === undefined) continue;
      if (certificate.expiresAt <= this.#clock.now()) return { outcome: 'rejected', reason: 'the client certificate has expired' };
      if (!SAFE.has(request.method) && isFromAnotherSite(request)) return { outcome: 'rejected', reason: 'a page of another site made the browser show its certificate' };
      const { config } = rule;
      const principal = sourcePrincipal({
        issuer: config.name,
        subject: name,
        account: this.#accountOf(config.account),
        credentialId: `certificate:${certificate.fingerprint.slice(0, 32)}`,
        roles: config.roles,
        groups: config.groups,
        expiresAt: certificate.expiresAt,
      });
      return { outcome: 'accepted', principal };
    }
    return { outcome: 'not-mine' };
  }
}

function nameOf({ config, prefix, pattern }: Rule, { issuer, fingerprint, subjectAltNames }: ClientCertificate): string | undefined {
  if (config.issuer !== undefined && config.issuer !== issuer) return undefined;
  if (config.fingerprints !== undefined && !config.fingerprints.includes(fingerprint)) return undefined;
  return subjectAltNames
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .find((name) => name.length <= 512 && !/[\u0000-\u001f\u007f]/.test(name) && pattern.test(name));
}

function patternOf(text: string): RegExp {
  const source = text
    .split(/(\*+)/)
    .map((piece) => (piece === '*' ? '[^/]+' : piece.startsWith('*') ? '.*' : piece.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 'su');
}

import type { Clock, Logger } from '@zas/plugin-api';
import { IssuerAddress } from '../oidc/issuer-address.js';
import { OidcAuthenticator } from '../oidc/oidc-authenticator.js';
import { OidcIssuer } from '../oidc/oidc-issuer.js';
import type { AuthenticatorsConfig } from './authenticators-config.js';
import { BasicAuthenticator } from './basic-authenticator.js';
import { CertificateAuthenticator } from './certificate-authenticator.js';
import { HtpasswdFile } from './htpasswd/htpasswd-file.js';
import { HtpasswdSource } from './htpasswd/htpasswd-source.js';
import { LdapDirectory } from './ldap/ldap-directory.js';
import { LdapSource } from './ldap/ldap-source.js';
import { LoginThrottle } from './login-throttle.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import type { PasswordSource } from './passwords/password-source.js';
import { VerifiedPasswords } from './passwords/verified-passwords.js';
import type { AccountOf } from './source-principal.js';

export interface AuthenticatorParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly accountOf: AccountOf;
  /** Asked before files and directories: keys of the config, and whoever is stored. */
  readonly sources: readonly PasswordSource[];
}

/** The authenticators that the config asks for. */
export interface BuiltAuthenticators {
  readonly basic: BasicAuthenticator;
  readonly oidc: OidcAuthenticator;
  readonly certificates: CertificateAuthenticator;
  readonly throttle: LoginThrottle;
  readonly hasher: PasswordHasher;
  readonly issuers: readonly { readonly issuer: OidcIssuer; readonly address: IssuerAddress }[];
  /** Reads what files the config names. */
  load(): Promise<void>;
  stop(): Promise<void>;
}

export function buildAuthenticators(config: AuthenticatorsConfig, parts: AuthenticatorParts): BuiltAuthenticators {
  const { clock, logger, accountOf } = parts;
  const throttle = new LoginThrottle(clock, config.throttle);
  const hasher = new PasswordHasher(config.passwords);
  const files = config.htpasswd.map((own) => {
    const file = new HtpasswdFile({ path: own.path, reloadMs: own.reloadSeconds * 1000, clock, logger });
    const verified = new VerifiedPasswords<true>(clock, config.passwords.rememberSeconds * 1000);
    return { own, file, source: new HtpasswdSource(own, { file, hasher, verified, accountOf }) };
  });
  const directories = config.ldap === undefined ? [] : [{ own: config.ldap, directory: new LdapDirectory(config.ldap) }];
  const people = directories.map(({ own, directory }) => new LdapSource(own, { directory, verified: new VerifiedPasswords(clock, own.rememberSeconds * 1000), accountOf }));
  const issuers = config.issuers.map((own) => {
    const address = new IssuerAddress(own);
    return { address, issuer: new OidcIssuer(own, { address, account: accountOf(own.account), clock, logger }) };
  });
  return {
    basic: new BasicAuthenticator([...parts.sources, ...files.map(({ source }) => source), ...people], throttle),
    oidc: new OidcAuthenticator(issuers.map(({ issuer }) => issuer)),
    certificates: new CertificateAuthenticator(config.certificates, accountOf, clock),
    throttle,
    hasher,
    issuers,
    load: async () => {
      for (const { own, file } of files) await file.load().catch((error: Error) => fail(own.path, error));
      for (const { directory } of directories) await directory.load();
      for (const { address } of issuers) await address.load();
    },
    stop: () => hasher.stop(),
  };
}

function fail(file: string, error: Error): never {
  throw new Error(`${file}: ${error.message}`, { cause: error });
}

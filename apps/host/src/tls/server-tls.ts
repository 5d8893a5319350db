import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { TlsConfig } from '@zas/config';
import type { Logger } from '@zas/plugin-api';
import { type ReadBytes, type TlsFiles, readTlsFiles, secureContext } from './tls-files.js';

/** Calls once after a while. @returns a function that calls it off */
export type Later = (call: () => void, afterMs: number) => () => void;

export interface ServerTlsParts {
  readonly read: ReadBytes;
  readonly later: Later;
  readonly logger: Logger;
}

/** What of a `tls.Server` is needed to give it a new certificate. */
export interface TakesContext {
  setSecureContext(options: SecureContextOptions): void;
}

/**
 * The server's certificate and who may show one to it. The files are looked at again
 * and again, by content: whoever renews them may replace or rewrite them, in any order.
 * What is not good is logged once and changes nothing.
 */
export class ServerTls {
  private stopped = false;
  /** What was logged last of files that are not good. */
  private problem: string | undefined;
  private cancel: (() => void) | undefined;

  private constructor(
    private readonly config: TlsConfig,
    private readonly parts: ServerTlsParts,
    private used: TlsFiles,
    /** For `https.createServer`. */
    readonly options: TlsOptions,
  ) {}

  /** Throws, naming the files, where they are not good. */
  static async open(config: TlsConfig, parts: ServerTlsParts): Promise<ServerTls> {
    const files = await readTlsFiles(config, parts.read);
    return new ServerTls(config, parts, files, {
      ...secureContext(config, files),
      requestCert: config.clientCertificates !== 'none',
      rejectUnauthorized: config.clientCertificates === 'require',
    });
  }

  /** Until `stop`. Connections that stand keep the certificate that they began with. */
  keepCurrent(server: TakesContext): void {
    if (this.stopped) return;
    this.cancel = this.parts.later(() => void this.look(server).then(() => this.keepCurrent(server)), this.config.reloadSeconds * 1000);
  }

  stop(): void {
    this.stopped = true;
    this.cancel?.();
  }

  private async look(server: TakesContext): Promise<void> {
    const { logger, read } = this.parts;
    const { certFile: file } = this.config;
    try {
      const files = await readTlsFiles(this.config, read);
      if (!isSame(files, this.used)) {
        server.setSecureContext(secureContext(this.config, files));
        this.used = files;
        logger.info('the TLS files were read again', { file });
      }
      this.problem = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.problem) logger.error('the new TLS files are not good; the old ones stay', { error });
      this.problem = message;
    }
  }
}

function isSame(a: TlsFiles, b: TlsFiles): boolean {
  return a.cert.equals(b.cert) && a.key.equals(b.key) && (a.ca === b.ca || (a.ca !== undefined && b.ca !== undefined && a.ca.equals(b.ca)));
}

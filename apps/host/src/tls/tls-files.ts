import { X509Certificate, constants, createPrivateKey } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { TlsConfig } from '@zas/config';

/** Rejects as `fs.promises.readFile` does. */
export type ReadBytes = (file: string) => Promise<Buffer>;

/** The files of the server's TLS, as they are now. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
}

/** Throws with the name of the file that cannot be read. */
export async function readTlsFiles({ certFile, keyFile, clientCa }: TlsConfig, read: ReadBytes): Promise<TlsFiles> {
  const [cert, key, ca] = await Promise.all([
    readNamed(certFile, read),
    readNamed(keyFile, read),
    clientCa === undefined ? Promise.resolve(undefined) : readNamed(clientCa, read),
  ]);
  return { cert, key, ca };
}

/** What Node is given of the files. Throws, naming the file, where one is not good or they do not belong together. */
export function secureContext(config: TlsConfig, { cert, key, ca }: TlsFiles): SecureContextOptions {
  const { certFile, keyFile, keyPassphrase, clientCa, minVersion } = config;
  const certificate = certificateIn(cert, certFile);
  if (!certificate.checkPrivateKey(privateKeyIn(key, keyFile, keyPassphrase))) {
    throw new Error(`The private key in ${keyFile} is not that of the certificate in ${certFile}`);
  }
  if (ca !== undefined) certificateIn(ca, clientCa!);
  return { cert, key, passphrase: keyPassphrase, minVersion, secureOptions: constants.SSL_OP_NO_RENEGOTIATION, ...(ca && { ca }) };
}

async function readNamed(file: string, read: ReadBytes): Promise<Buffer> {
  try {
    return await read(file);
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as { code?: string }).code ?? 'error'})`);
  }
}

function certificateIn(bytes: Buffer, file: string): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch {
    throw new Error(`${file} holds no certificate in PEM`);
  }
}

function privateKeyIn(key: Buffer, file: string, passphrase: string | undefined) {
  try {
    return createPrivateKey({ key, passphrase });
  } catch {
    throw new Error(`${file} holds no private key in PEM, or one that ${passphrase === undefined ? 'needs http.tls.keyPassphrase' : 'http.tls.keyPassphrase does not open'}`);
  }
}

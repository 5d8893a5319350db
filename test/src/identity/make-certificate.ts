import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** A certificate of `localhost` that vouches for itself, as `cert.pem` beside `key.pem`. */
export function makeCertificate(folder: string): void {
  const at = (name: string) => path.join(folder, name);
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', at('key.pem'), '-out', at('cert.pem'), ...subject], { stdio: 'ignore' });
}

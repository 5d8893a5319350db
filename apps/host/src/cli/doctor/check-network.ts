import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import { checkHealth } from '../commands/check-health.js';
import { type Check, type DoctorCall, type Finding, good, problem, warning } from './finding.js';

const DAY_MS = 86_400_000;
const RENEWAL_DAYS = 14;
const HEALTH_SECONDS = 5;

/** The port, or the server behind it; who could listen to what is sent; the certificate. */
export const checkNetwork: Check = async (call) => {
  const { http } = call.loaded.config;
  const port = call.running === undefined ? await portIsFree(http.host, http.port) : await serverAnswers(call);
  return [port, ...privacy(http), ...(http.tls === undefined ? [] : [await certificate(http.tls.certFile, call.clock.now())])];
};

async function portIsFree(host: string, port: number): Promise<Finding> {
  const { promise, resolve } = Promise.withResolvers<Finding>();
  const server = net.createServer();
  server.on('error', (error: NodeJS.ErrnoException) => resolve(portProblem(host, port, error.code)));
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(good('port', `${host}:${port} is free`))));
  return promise;
}

export function portProblem(host: string, port: number, code: string | undefined): Finding {
  const where = `${host}:${port}`;
  if (code === 'EADDRINUSE') return problem('port', `Another program listens on ${where}`, 'Stop it, or choose another port (http.port, --port).');
  if (code === 'EACCES') return problem('port', `This user may not listen on ${where}`, 'Choose a port from 1024 on, or give the program CAP_NET_BIND_SERVICE.');
  if (code === 'EADDRNOTAVAIL') return problem('port', `${host} is no address of this machine`, 'Set http.host to one that is, or to 0.0.0.0.');
  return problem('port', `Listening on ${where} failed (${code ?? 'error'})`, 'See http.host and http.port.');
}

async function serverAnswers(call: DoctorCall): Promise<Finding> {
  const { good: healthy, text } = await checkHealth(call, undefined, HEALTH_SECONDS);
  return healthy ? good('server', `It answers: ${text}`) : problem('server', text, 'See GET /health and its log for the part that fails.');
}

/** What the configuration lets others on the network see. */
export function privacy({ host, tls, trustedProxies, publicUrl }: DoctorCall['loaded']['config']['http']): readonly Finding[] {
  const local = ['127.0.0.1', '::1', 'localhost'].includes(host);
  if (!local && tls === undefined && trustedProxies.length === 0) {
    return [warning('network', `It listens on ${host} without TLS and names no proxy`, 'Set http.tls, or http.trustedProxies to the proxy that ends TLS: passwords and tokens travel in clear otherwise.')];
  }
  if (publicUrl?.startsWith('http:') === true && tls !== undefined) {
    return [warning('network', `http.publicUrl is ${publicUrl} although the server speaks TLS`, 'Let it begin with https.')];
  }
  return [good('network', local ? 'It listens on this machine only' : 'What is sent is encrypted, here or at the proxy')];
}

async function certificate(file: string, now: number): Promise<Finding> {
  try {
    return expiry(file, new X509Certificate(await readFile(file)).validToDate.getTime() - now);
  } catch (error) {
    return problem('certificate', `${file} cannot be read: ${(error as Error).message}`, 'See http.tls.certFile.');
  }
}

export function expiry(file: string, milliseconds: number): Finding {
  const days = Math.floor(milliseconds / DAY_MS);
  if (milliseconds <= 0) return problem('certificate', `${file} has expired`, 'Renew it; a running server takes it up within a minute.');
  const says = `${file} is good for ${days} days`;
  return days < RENEWAL_DAYS ? warning('certificate', says, 'Renew it; a running server takes it up within a minute.') : good('certificate', says);
}

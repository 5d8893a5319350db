import { afterAll, beforeAll, expect, it } from '@jest/globals';
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ServerProcess } from '../harness/server-process.js';
import { OPENSSL, temporaryFolder } from './installed-servers.js';
import { makeCertificate } from './make-certificate.js';
import { withServer } from './with-server.js';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const SUBJECT = 'system:serviceaccount:build:ci';

withServer('an API server of Kubernetes, played over TLS', OPENSSL, () => {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
  const asked: string[] = [];
  const servers: ServerProcess[] = [];
  let folder: string;
  let api: https.Server;

  beforeAll(async () => {
    folder = await temporaryFolder('api-server');
    makeCertificate(folder);
    await fs.writeFile(path.join(folder, 'bearer'), 'own-token');
    const read = (name: string) => fs.readFile(path.join(folder, name));
    api = https.createServer({ key: await read('key.pem'), cert: await read('cert.pem') }, (request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      if (request.headers.authorization !== 'Bearer own-token') response.writeHead(403).end();
      else response.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => void api.listen(0, 'localhost', resolve));
  });
  afterAll(async () => {
    for (const server of servers) await server.remove();
    api?.closeAllConnections();
    api?.close();
    await fs.rm(folder, { recursive: true, force: true });
  });

  const start = async (more: object) => {
    const jwksUrl = `https://localhost:${(api.address() as AddressInfo).port}/openid/v1/jwks`;
    const issuer = { name: 'k8s', kind: 'kubernetes', url: ISSUER, audiences: ['zas'], jwksUrl, bearerFile: path.join(folder, 'bearer'), ...more };
    servers.push(await ServerProcess.start({ config: { plugins: [{ use: 'access-rbac', config: { issuers: [issuer] } }] } }));
    return servers.at(-1)!;
  };
  /** As the API server makes them: without a type. */
  const sign = (claims: object): string => {
    const now = Math.floor(Date.now() / 1000);
    const parts = [{ alg: 'RS256', kid: 'k1' }, { iss: ISSUER, sub: SUBJECT, aud: ['zas'], iat: now, nbf: now, exp: now + 600, 'kubernetes.io': { namespace: 'build' }, ...claims }];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${text}.${crypto.sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  };
  const session = async ({ url }: ServerProcess, token: string) => {
    const answer = await fetch(`${url}/rbac/session`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: (await answer.json()) as object };
  };

  it('lets service accounts in, with the groups that Kubernetes gives them', async () => {
    const server = await start({ caFile: path.join(folder, 'cert.pem'), claims: { namespace: '/kubernetes.io/namespace' } });
    expect(await session(server, sign({}))).toEqual({ status: 200, body: expect.objectContaining({ principal: `k8s:${SUBJECT}`, groups: ['system:serviceaccounts', 'system:serviceaccounts:build'] }) });
    expect((await fetch(`${server.url}/v2/`, { headers: { authorization: `Bearer ${sign({})}` } })).status).toBe(200);
    for (const wrong of [{ aud: [ISSUER] }, { sub: 'system:node:n1' }, { exp: 1 }]) expect((await session(server, sign(wrong))).status).toBe(401);
    expect(asked).toEqual(['/openid/v1/jwks Bearer own-token']);
  });

  it('is not believed where its certificate is not trusted, and is shown no token then', async () => {
    asked.length = 0;
    expect(await session(await start({}), sign({}))).toMatchObject({ status: 401, body: { error: { message: 'the keys of the issuer of the token cannot be had' } } });
    expect(asked).toEqual([]);
  });
});

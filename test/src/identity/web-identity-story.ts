import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import { RestClient } from '../harness/rest-client.js';
import type { ServerProcess } from '../harness/server-process.js';
import { SignedClient } from '../harness/signed-client.js';
import { findTool } from '../clients/tools.js';

const SCRIPT = path.resolve(import.meta.dirname, '../../src/identity/web-identity.py');
const VERSION = ['-c', 'import boto3; print("boto3", boto3.__version__)'];

/** What boto3 with a token of the issuer `kc` may by a role, and what not. @param token of somebody, @param other of another person */
export async function webIdentityStory(server: ServerProcess, token: string, other: string): Promise<void> {
  const python = findTool('python', 'venv/bin/python', VERSION) ?? findTool('python', '/usr/bin/python3', VERSION);
  if (!python) throw new Error('boto3 is not installed: see scripts/install-clients.sh');
  const root = new RestClient(server.url);
  const s3 = new SignedClient(server.url);
  for (const [target, body] of [['/team', undefined], ['/team/reports/one', 'report'], ['/team/secret', 'secret']] as const) expect((await s3.put(target, body)).status).toBe(200);
  const account = (await root.must('GET', '/accounts')).accounts[0].id as string;
  await root.must('POST', '/policies', { id: 'reports', document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::team/reports/*' } } });
  const trust = (name: string) => ({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { Federated: 'kc' }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: { StringEquals: { 'aws:username': name } } },
  });
  await root.must('POST', '/roles', { id: 'reporter', policies: ['reports'], trustPolicy: trust('kc/ann') });

  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zas-web-identity-'));
  const run = async (who: string) => {
    const file = path.join(folder, 'token');
    await fs.writeFile(file, who, { mode: 0o600 });
    const { stdout } = await promisify(execFile)(python.command, [SCRIPT, server.url, `arn:aws:iam::${account}:role/reporter`, file]);
    return stdout.trim().split('\n');
  };
  expect(await run(token)).toEqual([
    'subject ann zas',
    'token short',
    'caller assumed-role/reporter/boto3',
    'get allowed',
    'get elsewhere AccessDenied',
    'put AccessDenied',
    'list buckets AccessDenied',
    'presigned s3v4 200',
    'presigned s3 200',
  ]);
  await expect(run(other)).rejects.toThrow(/AccessDenied/);
  await expect(run(`${token.slice(0, -4)}AAAA`)).rejects.toThrow(/InvalidIdentityToken/);
  await root.must('PUT', '/roles/reporter', { trustPolicy: null });
  await expect(run(token)).rejects.toThrow(/AccessDenied/);
  await fs.rm(folder, { recursive: true });
}

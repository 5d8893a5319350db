import { GetCallerIdentityCommand, GetSessionTokenCommand, AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { STS_ACTIONS } from '@zas/host/sts-actions';
import { SignedClient, type Keys } from '../harness/signed-client.js';

/** All that the server's table has. */
export const STS_CASES: readonly string[] = Object.keys(STS_ACTIONS);

const FIELDS: Readonly<Record<string, Record<string, string>>> = {
  AssumeRole: { RoleArn: 'arn:aws:iam::000000000007:role/matrix', RoleSessionName: 'matrix' },
  AssumeRoleWithWebIdentity: { RoleArn: 'arn:aws:iam::000000000007:role/matrix', RoleSessionName: 'matrix', WebIdentityToken: 'none.of.it' },
};

const COMMANDS: Readonly<Record<string, (client: STSClient) => Promise<unknown>>> = {
  AssumeRole: (client) => client.send(new AssumeRoleCommand(FIELDS['AssumeRole'] as never)),
  AssumeRoleWithWebIdentity: (client) => client.send(new AssumeRoleWithWebIdentityCommand(FIELDS['AssumeRoleWithWebIdentity'] as never)),
  GetSessionToken: (client) => client.send(new GetSessionTokenCommand({})),
  GetCallerIdentity: (client) => client.send(new GetCallerIdentityCommand({})),
};

/** Sends one request of the action. */
export async function sendSts(url: string, action: string, keys: Keys | null): Promise<{ status: number; code?: string }> {
  if (keys === null) {
    const body = String(new URLSearchParams({ Action: action, Version: '2011-06-15', ...FIELDS[action] }));
    return new SignedClient(url, 'anonymous').post('/', body, { 'content-type': 'application/x-www-form-urlencoded' });
  }
  const client = new STSClient({ endpoint: url, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
  try {
    await COMMANDS[action]!(client);
    return { status: 200 };
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return { status: $metadata?.httpStatusCode ?? 0, code: name };
  }
}

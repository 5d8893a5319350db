import type { TemporaryCredentials, WebIdentity } from '@zas/plugin-api';
import { documentIn, element, isoSeconds } from '@zas/s3-protocol';
import type { StsError } from './sts-error.js';

export const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** `ActionResponse` around `ActionResult`. */
export function renderAnswer(action: string, result: string, requestId: string): string {
  const metadata = `<ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata>`;
  return documentIn(STS_NAMESPACE, `${action}Response`, `<${action}Result>${result}</${action}Result>${metadata}`);
}

export function renderStsError({ code, status, message }: StsError, requestId: string): string {
  const error = element('Type', status < 500 ? 'Sender' : 'Receiver') + element('Code', code) + element('Message', message);
  return documentIn(STS_NAMESPACE, 'ErrorResponse', `<Error>${error}</Error>${element('RequestId', requestId)}`);
}

export function credentialsElement({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: TemporaryCredentials): string {
  const content =
    element('AccessKeyId', accessKeyId) + element('SecretAccessKey', secretAccessKey) + element('SessionToken', sessionToken) + element('Expiration', isoSeconds(expiresAt));
  return `<Credentials>${content}</Credentials>`;
}

export function assumedRoleElement({ arn, userId }: TemporaryCredentials): string {
  return `<AssumedRoleUser>${element('AssumedRoleId', userId)}${element('Arn', arn)}</AssumedRoleUser>`;
}

export function webIdentityElements({ subject, audience, provider }: WebIdentity): string {
  return element('SubjectFromWebIdentityToken', subject) + element('Audience', audience) + element('Provider', provider);
}

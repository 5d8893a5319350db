import type { CredentialScope } from './request.js';

const EXPECTED = 'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';

/**
 * Cuts `AKID/date/region/service/aws4_request`. The access-key id may hold slashes.
 * @param malformed makes the error of the form that is being read
 */
export function parseCredential(
  text: string,
  malformed: (problem: string) => Error,
): { accessKeyId: string; scope: CredentialScope } {
  const parts = text.split('/');
  const terminal = parts.pop();
  const service = parts.pop();
  const region = parts.pop();
  const date = parts.pop();
  if (terminal === undefined || service === undefined || region === undefined || date === undefined || parts.length === 0) {
    throw malformed(`the Credential is mal-formed; ${EXPECTED}`);
  }
  const accessKeyId = parts.join('/');
  if (accessKeyId === '') throw malformed('a non-empty Access Key (AKID) must be provided in the credential.');
  if (terminal !== 'aws4_request') {
    throw malformed(`incorrect terminal "${terminal}". This endpoint uses "aws4_request".`);
  }
  if (!/^\d{8}$/.test(date)) {
    throw malformed(`incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`);
  }
  return { accessKeyId, scope: { date, region, service } };
}

/** Lower-case header names of a `SignedHeaders` list. */
export function parseSignedHeaders(text: string, malformed: (problem: string) => Error): readonly string[] {
  const names = text.toLowerCase().split(';');
  if (names.includes('')) throw malformed('the SignedHeaders list is mal-formed.');
  return names;
}

import type { RunningServer } from './app.js';

/** What a person sees when the server stands: endpoint, key pair, three commands to try. */
export function welcome(server: RunningServer, region: string): string {
  const { url, root } = server;
  const aws = `aws --endpoint-url ${url}`;
  const keys = root.file
    ? [`  Access key   ${root.accessKeyId}`, `  Secret key   ${root.secretAccessKey}`, `               (kept in ${root.file})`]
    : [`  Access key   ${root.accessKeyId} (from the configuration)`];
  return [
    '',
    '  Zot Artifact Store is ready.',
    '',
    `  Endpoint     ${url}`,
    ...keys,
    '',
    '  Try, in another terminal:',
    `    export AWS_ACCESS_KEY_ID=${root.accessKeyId} AWS_SECRET_ACCESS_KEY=${root.file ? root.secretAccessKey : '…'} AWS_REGION=${region}`,
    `    ${aws} s3 mb s3://first-bucket`,
    `    ${aws} s3 cp README.md s3://first-bucket/ && ${aws} s3 ls s3://first-bucket`,
    '',
    '',
  ].join('\n');
}

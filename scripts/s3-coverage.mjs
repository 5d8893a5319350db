// Usage: s3-coverage.mjs <check|accept>
// Makes api/s3-coverage.md of the routing table and of AWS's list of operations, or
// compares it with the one that is there.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { S3_ROUTES } from '@zas/host/s3-routes';
import { readableDifference } from './api-report/compare-reports.mjs';

const LATER = 'comes with an issue of its own';
const GROUPS = {
  'Encryption': ['GetBucketEncryption', 'PutBucketEncryption', 'DeleteBucketEncryption', 'UpdateObjectEncryption'],
  'Lifecycle, restoring': ['GetBucketLifecycleConfiguration', 'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle', 'RestoreObject'],
  'Notifications': ['GetBucketNotificationConfiguration', 'PutBucketNotificationConfiguration'],
  'Access logs': ['GetBucketLogging', 'PutBucketLogging'],
  'Website': ['GetBucketWebsite', 'PutBucketWebsite', 'DeleteBucketWebsite'],
  'Replication': ['GetBucketReplication', 'PutBucketReplication', 'DeleteBucketReplication'],
};
const NOT_PLANNED = {
  'GetBucketAccelerateConfiguration, PutBucketAccelerateConfiguration': 'is about Amazon\'s own network',
  'Get/Put/List/DeleteBucketAnalyticsConfiguration, …InventoryConfiguration, …MetricsConfiguration, …IntelligentTieringConfiguration': 'is about Amazon\'s own services; `/metrics` counts requests',
  'Create/Get/Delete/UpdateBucketMetadata…Configuration': 'is about Amazon\'s own tables',
  'CreateSession, ListDirectoryBuckets': 'is about directory buckets',
  'GetObjectTorrent': 'Amazon ended it',
  'SelectObjectContent': 'Amazon closed it to new customers',
  'WriteGetObjectResponse': 'is about Amazon\'s own functions',
};

function render() {
  const row = ({ name, method, on, query, header, action, versionAction, access, deviation }) => {
    const path = { service: '/', bucket: '/{bucket}', object: '/{bucket}/{key}' }[on];
    const request = `${method} ${path}${query.length > 0 ? `?${query.join('&')}` : ''}${header ? ` with ${header}` : ''}`;
    const permission = access === 'none' ? 'none' : [action, versionAction].filter(Boolean).map((text) => `\`${text}\``).join(', ');
    return `| ${name} | \`${request}\` | ${permission} | ${deviation ?? ''} |`;
  };
  const later = Object.entries(GROUPS).map(([group, names]) => `| ${names.join(', ')} | ${group}: ${LATER} |`);
  const never = Object.entries(NOT_PLANNED).map(([names, why]) => `| ${names} | ${why} |`);
  return [
    '# S3 operations',
    '',
    'Made of the routing table by `npm run api:accept`. What stands in no row of the first table answers `NotImplemented`, never a 200 for nothing. Differences that concern several operations are in `ARCHITECTURE.md`, "Differences from AWS".',
    '',
    '## Supported',
    '',
    'The permission is the base one; with a version named the second one. Others are asked for besides where AWS documents it (copy sources, ACLs, tags, locks, bypass).',
    '',
    '| operation | request | permission | differs from AWS |',
    '| --- | --- | --- | --- |',
    ...S3_ROUTES.map(row),
    '',
    '## Not supported',
    '',
    '| operation | why |',
    '| --- | --- |',
    ...later,
    ...never,
    '',
  ].join('\n');
}

/** @returns {boolean} whether all is well */
export function s3Coverage(command, root) {
  const file = join(root, 'api', 's3-coverage.md');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const after = render();
  if (command === 'accept') writeFileSync(file, after);
  if (command === 'accept' || before === after) return true;
  process.stderr.write(`The routes differ from api/s3-coverage.md.\n\n${readableDifference(before, after)}\nAccept it with npm run api:accept, and let a reviewer see the diff.\n`);
  return false;
}

if (process.argv[1] === import.meta.filename) {
  const command = process.argv[2];
  if (command !== 'check' && command !== 'accept') {
    process.stderr.write('Usage: s3-coverage.mjs <check|accept>\n');
    process.exit(2);
  }
  process.exit(s3Coverage(command, resolve(import.meta.dirname, '..')) ? 0 : 1);
}

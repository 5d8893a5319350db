import { invalidArgument, renderBucketsJson, openToken, renderListBuckets, sealToken } from '@zas/s3-protocol';
import { readCount } from '../list-parameters.js';
import { ownerView } from '../owner-view.js';
import type { S3Operation } from '../s3-call.js';
import { listAnswer } from '../xml-answer.js';

const MOST = 10_000;

export const listBuckets: S3Operation = async (call) => {
  const { query } = call.target;
  const { account } = call.principal;
  const scope = `buckets/${account.id}`;
  const limit = readCount(query, 'max-buckets', MOST, MOST);
  if (limit === 0) throw invalidArgument('Argument max-buckets must be an integer between 1 and 10000', 'max-buckets', '0');
  const token = query.get('continuation-token');
  const after = token === undefined ? undefined : openToken(call.settings.tokenSecret, scope, token);
  const prefix = query.get('prefix');
  const list = (from: string | undefined, most: number) => call.store.metadata.buckets.list(call.context, { owner: account.id, prefix, after: from, limit: most });
  const found = await list(after, limit);
  const last = found.length === limit ? found.at(-1)?.name : undefined;
  const more = last !== undefined && (await list(last, 1)).length > 0;
  const listing = {
    owner: await ownerView(call, account.id),
    buckets: found.map(({ name, createdAt, region }) => ({ name, createdAt, region })),
    prefix,
    continuationToken: more ? sealToken(call.settings.tokenSecret, scope, last) : undefined,
  };
  return listAnswer(call, listing, renderListBuckets, renderBucketsJson);
};

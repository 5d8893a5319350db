import crypto from 'node:crypto';
import { textOf, textsOf } from './read-xml.js';
import type { RawResponse, SignedClient } from './signed-client.js';

const OF_BUCKET = ['acl', 'cors', 'object-lock', 'ownershipControls', 'policy', 'publicAccessBlock', 'requestPayment', 'tagging', 'uploads', 'versioning'];
const OF_VERSION = ['acl', 'tagging', 'retention', 'legal-hold'];
const PASSING = ['date', 'x-amz-request-id', 'connection', 'keep-alive'];

/** All that the account's root can see of its buckets, so that two moments can be compared. */
export async function fingerprint(owner: SignedClient): Promise<string> {
  const seen: string[] = [];
  const note = (target: string, answer: RawResponse) => void seen.push(`${target} ${answer.status} ${stable(answer)}`);
  const listing = await owner.get('/');
  note('/', listing);
  for (const name of textsOf(listing.text, 'Name')) {
    for (const resource of OF_BUCKET) note(`/${name}?${resource}`, await owner.get(`/${name}?${resource}`));
    const versions = await owner.get(`/${name}?versions&encoding-type=url`);
    note(`/${name}?versions`, versions);
    for (const version of textsOf(versions.text, 'Version')) {
      const object = `/${name}/${textOf(version, 'Key')!.replaceAll('+', '%20')}?versionId=${textOf(version, 'VersionId')}`;
      note(object, await owner.get(object));
      for (const resource of OF_VERSION) note(`${object}&${resource}`, await owner.get(`${object}&${resource}`));
    }
  }
  return seen.join('\n');
}

/** Body and headers without what differs each time. */
function stable({ body, text, headers }: RawResponse): string {
  const shown = Object.entries(headers).filter(([name]) => !PASSING.includes(name));
  const content = body.length > 4096 ? crypto.hash('sha256', body) : text.replace(/<RequestId>.*?<\/RequestId>/, '');
  return `${JSON.stringify(shown)} ${content}`;
}

/** Runs `attempt`, and fails when anything that these accounts own is another thing afterwards. */
export async function expectUnchanged(owners: readonly SignedClient[], attempt: () => Promise<void>): Promise<void> {
  const look = async () => (await Promise.all(owners.map(fingerprint))).join('\n').split('\n');
  const before = await look();
  await attempt();
  const after = await look();
  const changed = [...before.filter((line) => !after.includes(line)), ...after.filter((line) => !before.includes(line)).map((line) => `now: ${line}`)];
  if (changed.length > 0) throw new Error(`What should have changed nothing changed this:\n${changed.join('\n')}`);
}

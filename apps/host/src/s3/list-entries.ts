import type { ObjectListEntry, ObjectSummary } from '@zas/plugin-api';
import { aclsCount } from '@zas/object-store';
import type { OwnerView, VersionEntry } from '@zas/s3-protocol';
import { ownerView } from './owner-view.js';
import type { S3Call } from './s3-call.js';

/** Splits a page into its objects and its common prefixes, in the order of the page. */
export function splitEntries(entries: readonly ObjectListEntry[]): { objects: ObjectSummary[]; commonPrefixes: string[] } {
  const objects: ObjectSummary[] = [];
  const commonPrefixes: string[] = [];
  for (const entry of entries) {
    if (entry.kind === 'object') objects.push(entry.object);
    else commonPrefixes.push(entry.prefix);
  }
  return { objects, commonPrefixes };
}

/** Where the next page starts: the last entry's key or common prefix. */
export function lastName(entries: readonly ObjectListEntry[]): string | undefined {
  const last = entries.at(-1);
  return last && (last.kind === 'object' ? last.object.key : last.prefix);
}

/**
 * Versions with their owners, each account looked up once a page. While ACLs are
 * off everything is the bucket owner's, whoever wrote it (S3 User Guide, "Controlling
 * ownership of objects").
 */
export async function withOwners(call: S3Call, objects: readonly ObjectSummary[]): Promise<VersionEntry[]> {
  const { bucket } = call;
  const ownerOf = aclsCount(bucket) ? ({ owner }: ObjectSummary) => owner : () => bucket.owner;
  const owners = new Map<string, OwnerView>();
  for (const owner of new Set(objects.map(ownerOf))) owners.set(owner, await ownerView(call, owner));
  return objects.map((object) => ({ ...object, owner: owners.get(ownerOf(object)) }));
}

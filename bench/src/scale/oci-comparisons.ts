import { createHash } from 'node:crypto';
import type { BenchRequest } from '../http/connection.js';
import type { Comparison } from './run-scale.js';
import { ANSWERED, REPOSITORIES, tagOf, type Subjects } from './seed-scale.js';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const REFERRERS = 100;

/** Requests to a repository of 1,000 manifests beside one of a tenth of `objects`. */
export function ociComparisons(objects: number, subjects: Subjects): readonly Comparison[] {
  const { small, large } = REPOSITORIES;
  const manifests = objects / 10;
  const referrers = (repository: string, subject: string) => get(repository, `referrers/${subject}`, `n=${REFERRERS}`);
  const named = (repository: string, count: number) => (i: number) => get(repository, `manifests/${tagOf((i * 7919) % count)}`)();
  return [
    { work: `first page of ${manifests} tags`, small: get(small, 'tags/list'), large: get(large, 'tags/list'), counted: '"tag-' },
    { work: `manifest by one of ${manifests} tags`, small: named(small, ANSWERED), large: named(large, manifests) },
    { work: `page of referrers among ${manifests} manifests`, small: referrers(small, subjects.small), large: referrers(large, subjects.large), counted: '"digest"' },
    { work: `page of ${manifests / 10} referrers`, small: referrers(large, subjects.large), large: referrers(large, subjects.popular), counted: '"digest"' },
    { work: `push to ${manifests} tags`, small: push(small), large: push(large), status: 201 },
  ];
}

const get = (repository: string, rest: string, query?: string) => (): BenchRequest => ({ method: 'GET', path: `/v2/${repository}/${rest}`, query, auth: 'basic' });

/** Each an index of nothing, which no blob must be uploaded for, under a tag of its own. */
function push(repository: string): (i: number) => BenchRequest {
  let pushed = 0;
  return () => {
    const number = pushed++;
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], annotations: { pushed: String(number) } }));
    const body = { pieces: [bytes], length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    return { method: 'PUT', path: `/v2/${repository}/manifests/pushed-${number}`, body, contentType: INDEX, auth: 'basic' };
  };
}

import { afterAll, describe, expect, it } from '@jest/globals';
import { LONG_KEY } from './keys.js';
import type { Operation } from './operations.js';
import { Replays } from './run-property.js';

const LIMIT = 60_000;
const upload = { upload: 'u1', bucket: 'b0', key: 'k' };
const description = { headers: {}, metadata: {} };

const versioned = (bucket: string): readonly Operation[] => [
  { kind: 'create-bucket', bucket },
  { kind: 'configure', bucket, setting: { what: 'versioning', status: 'enabled' } },
];

const begun: readonly Operation[] = [
  { kind: 'create-bucket', bucket: 'b0' },
  { kind: 'begin-upload', ...upload, description },
];

/** Short lists that the property test once found to fail. */
const FOUND: Readonly<Record<string, readonly Operation[]>> = {
  'a page of no parts is not truncated': [
    ...begun,
    { kind: 'put-part', ...upload, number: 5, body: { size: 1165, start: 0 } },
    { kind: 'list-parts', ...upload, after: 4, limit: 0 },
  ],
  'an empty part is answered whole, as no Content-Range can tell of it': [
    ...begun,
    { kind: 'put-part', ...upload, number: 1, body: { size: 2000, start: 0 } },
    { kind: 'put-part', ...upload, number: 3, body: { size: 0, start: 0 } },
    { kind: 'complete-upload', ...upload, parts: [{ number: 1 }, { number: 3 }] },
    { kind: 'get', bucket: 'b0', key: 'k', partNumber: 2 },
    { kind: 'head', bucket: 'b0', key: 'k', partNumber: 2 },
  ],
  'the source of a copy names a delete marker': [
    ...versioned('b1'),
    { kind: 'delete', bucket: 'b1', key: 'k' },
    { kind: 'copy', source: { bucket: 'b1', key: 'k', version: 0 }, bucket: 'b1', key: 'l' },
  ],
  'a first piece is appended where there are versions': [
    ...versioned('b1'),
    { kind: 'append', bucket: 'b1', key: 'k', body: { size: 5, start: 0 }, description },
  ],
  'what somebody else wrote is listed after ACLs were switched off': [
    { kind: 'create-bucket', bucket: 'b0', ownership: 'ObjectWriter' },
    { kind: 'configure', bucket: 'b0', setting: { what: 'policy', policy: 'bob writes' } },
    { kind: 'put', bucket: 'b0', key: 'k', as: 'bob', body: { size: 5, start: 0 }, description },
    { kind: 'configure', bucket: 'b0', setting: { what: 'ownershipControls' } },
  ],
  'all keys of a DeleteObjects are too long': [
    { kind: 'create-bucket', bucket: 'b0' },
    { kind: 'delete-many', bucket: 'b0', objects: [{ key: LONG_KEY }], quiet: false },
  ],
  'who may not list asks by a condition of DeleteObjects whether a key is there': [
    { kind: 'create-bucket', bucket: 'b0' },
    { kind: 'configure', bucket: 'b0', setting: { what: 'policy', policy: 'bob writes' } },
    { kind: 'delete-many', bucket: 'b0', as: 'bob', objects: [{ key: 'absent', etag: 'other' }], quiet: false },
  ],
  'who may delete what ACLs let him names a key that is too long': [
    { kind: 'create-bucket', bucket: 'b2', as: 'bob', ownership: 'ObjectWriter' },
    { kind: 'configure', bucket: 'b2', as: 'bob', setting: { what: 'acl', acl: 'public-read-write' } },
    { kind: 'delete-many', bucket: 'b2', objects: [{ key: LONG_KEY }], quiet: false },
  ],
};

describe('lists that once failed', () => {
  const replays = new Replays();
  afterAll(() => replays.end());

  for (const [name, operations] of Object.entries(FOUND)) {
    it(name, async () => {
      expect((await replays.run(operations))?.reason).toBeUndefined();
    }, LIMIT);
  }
});

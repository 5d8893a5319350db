import { describe, expect, it } from '@jest/globals';
import type { Operation } from './operations.js';
import { runList } from './run-property.js';

const LIMIT = 60_000;
const upload = { upload: 'u1', bucket: 'b0', key: 'k' };
const description = { headers: {}, metadata: {} };

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
};

describe('lists that once failed', () => {
  for (const [name, operations] of Object.entries(FOUND)) {
    it(name, async () => {
      expect(await runList(operations)).toBeUndefined();
    }, LIMIT);
  }
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { lintFromString, loadConfig } from '@redocly/openapi-core';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILE = path.join(ROOT, 'api/openapi.yaml');
const config = await loadConfig({ configPath: path.join(ROOT, 'redocly.yaml') });

/** What the linter says about a document that would lie in the file's place. */
async function problems(source: string): Promise<readonly string[]> {
  const found = await lintFromString({ source, absoluteRef: FILE, config });
  return found.map(({ ruleId, message, location: [place] }) => `${ruleId}: ${message} (${place && 'pointer' in place ? place.pointer : '?'})`);
}

const document = readFileSync(FILE, 'utf8');

it('finds nothing in the API document', async () => {
  expect(await problems(document)).toEqual([]);
});

it.each([
  ['an operation id twice', (text: string) => text.replace('operationId: GetObject\n', 'operationId: PutObject\n'), 'operation-operationId-unique'],
  ['no summary', (text: string) => text.replace(/\n +summary: Read an object/, ''), 'operation-summary'],
  ['an unknown tag', (text: string) => text.replace('tags: [ Metrics ]', 'tags: [ Unheard-of ]'), 'operation-tag-defined'],
  ['an unknown security scheme', (text: string) => text.replace('- sigV4: []', '- unheardOf: []'), 'security-defined'],
  ['an example that is none', (text: string) => text.replace('Status: ON', 'Status: MAYBE'), 'no-invalid-media-type-examples'],
  ['a component that nobody uses', (text: string) => text.replace('  schemas:\n', '  schemas:\n    Unused: { type: string }\n'), 'no-unused-components'],
  ['a path parameter that is not described', (text: string) => text.replace('        - { $ref: "#/components/parameters/s3.bucket" }\n', ''), 'path-parameters-defined'],
  ['a reference to nothing', (text: string) => text.replace('#/components/schemas/Tagging"', '#/components/schemas/Nothing"'), 'no-unresolved-refs'],
])('would find %s', async (_what, change, rule) => {
  const changed = change(document);
  expect(changed).not.toBe(document);
  expect((await problems(changed)).some((problem) => problem.startsWith(`${rule}:`))).toBe(true);
});

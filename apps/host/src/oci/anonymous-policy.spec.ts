import fs from 'node:fs';
import { expect, it } from '@jest/globals';
import { OCI_ACTIONS } from '@zas/plugin-api';
import { ACTIONS_OF_SCOPE } from './anonymous-policy.js';

it('every action has one word, and stands with it in the documentation', () => {
  const words = Object.entries(ACTIONS_OF_SCOPE).flatMap(([word, actions]) => actions.map((action) => [action, word] as const));
  expect(words.map(([action]) => action).sort()).toEqual([...OCI_ACTIONS].sort());
  const document = fs.readFileSync(new URL('../../../../api/access-evaluation.md', import.meta.url), 'utf8');
  const rows = [...document.matchAll(/^\| `(oci:\w+)` \|[^|]*\| (\w+) \|$/gm)].map(([, action, word]) => [action, word]);
  expect(rows.sort()).toEqual(words.map((pair) => [...pair]).sort());
});

import fs from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '@zas/plugin-api';
import { OCI_ERRORS } from '@zas/oci-protocol';
import { S3_ERRORS } from '@zas/s3-protocol';
import { ROOT, readPage } from './read-page.js';

const { text } = await readPage('docs/troubleshooting.md');
const sectionOf = (heading: string) => text.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;

interface Row {
  readonly status: number;
  readonly told: boolean;
}

function rowsOf(heading: string): Readonly<Record<string, Row>> {
  const rows = sectionOf(heading).matchAll(/^\| `([^`]+)` \| (\d+) \| ([^|]+) \| ([^|]+) \|$/gm);
  return Object.fromEntries([...rows].map(([, code, status, cause, cure]) => [code!, { status: Number(status), told: cause!.trim() !== '' && cure!.trim() !== '' }]));
}

const told = (statuses: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(statuses).map(([code, status]) => [code, { status, told: true }]));

/** Sources of the server and its plugins, by path. */
async function sources(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const kind of ['apps', 'libs', 'plugins']) {
    for (const file of await fs.readdir(path.join(ROOT, kind), { recursive: true })) {
      if (!/^[^/]+\/src\/.*\.ts$/.test(file) || file.endsWith('.spec.ts')) continue;
      found.set(`${kind}/${file}`, await fs.readFile(path.join(ROOT, kind, file), 'utf8'));
    }
  }
  return found;
}

const SOURCES = await sources();
const all = [...SOURCES.values()].join('\n');

describe('codes', () => {
  it.each([
    ['S3 errors', S3_ERRORS],
    ['Registry errors', OCI_ERRORS],
  ] as const)('%s: each with its status, cause and cure, and no other', (heading, table) => {
    expect(rowsOf(heading)).toEqual(told(Object.fromEntries(Object.entries(table).map(([code, { status }]) => [code, status]))));
  });

  it('REST errors: each with its status, and no other', () => {
    const [, table] = /const STATUS: [^{]*\{([\s\S]*?)\n\};/.exec(SOURCES.get('apps/host/src/http/json-errors.ts')!)!;
    const statuses = Object.fromEntries([...table!.matchAll(/^ {2}'?([\w-]+)'?: (\d+),$/gm)].map(([, code, status]) => [code!, Number(status)]));
    expect(Object.keys(statuses).sort()).toEqual([...ERROR_CODES].sort());
    expect(rowsOf('REST errors')).toEqual(told(statuses));
  });

  it('STS errors: each with its status, and no other', () => {
    const door = [...SOURCES].filter(([file]) => file.startsWith('apps/host/src/sts/')).map(([, source]) => source).join('\n');
    const statuses = new Map<string, number[]>();
    for (const [, code, status] of door.matchAll(/(?:StsError\(|\[)'(\w+)', (\d+)[,\]]/g)) statuses.set(code!, [...(statuses.get(code!) ?? []), Number(status)]);
    expect(statuses.size).toBeGreaterThan(15);
    const rows = rowsOf('STS errors');
    expect(Object.keys(rows).sort()).toEqual([...statuses.keys()].sort());
    for (const [code, row] of Object.entries(rows)) expect([code, statuses.get(code)!.includes(row.status), row.told]).toEqual([code, true, true]);
  });

  it('are answered somewhere: a table that lists others would promise them', () => {
    const others = [...SOURCES].filter(([file]) => !/\/(error-table|error-fields)\.ts$|\/api-document\//.test(file)).map(([, source]) => source);
    const answered = (code: string) => others.some((source) => source.includes(`'${code}'`));
    expect([...Object.keys(S3_ERRORS), ...Object.keys(OCI_ERRORS)].filter((code) => !answered(code))).toEqual([]);
  });
});

describe('messages', () => {
  const quoted = (heading: string) =>
    sectionOf(heading)
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| it says') && !line.startsWith('| ---'))
      .map((line) => line.split(' | ')[0]!)
      .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, message]) => message!));

  it.each(['It does not start', 'It is not healthy', 'Errors of plugins'])('%s: the server says so', (heading) => {
    const messages = quoted(heading);
    expect(messages.length).toBeGreaterThan(4);
    // What a message is filled with (a name, a number, a code of Node) is not in the source.
    const parts = messages.flatMap((message) => message.split(/…|\((?:E[A-Z]+)\)|\b\d+\b/)).map((part) => part.trim()).filter((part) => part.length > 6 && !/^E[A-Z]+$/.test(part));
    expect(parts.filter((part) => !all.includes(part))).toEqual([]);
  });
});

import type { Row } from './rows.js';

interface Column {
  readonly title: string;
  /** Text, or `undefined` for what was not measured. */
  show(row: Row): string | undefined;
}

const scaled = (value: number | undefined, factor: number) => (value === undefined ? undefined : showNumber(value * factor));

const CALL_COLUMNS: readonly Column[] = [
  { title: 'callers', show: (row) => String(row.clients) },
  { title: 'ops/s', show: (row) => showNumber(row.perSecond) },
  { title: 'MB/s', show: (row) => scaled(row.megabytesPerSecond, 1) },
  { title: 'wall µs', show: (row) => scaled(row.meanMs, 1000) },
  { title: 'p99 µs', show: (row) => scaled(row.p99Ms, 1000) },
  { title: 'CPU µs', show: (row) => scaled(row.cpuMsPerOperation, 1000) },
  { title: 'kernel µs', show: (row) => scaled(row.systemMsPerOperation, 1000) },
];

const STORE_COLUMNS: readonly Column[] = [{ title: 'work', show: (row) => row.work }, { title: 'store', show: (row) => row.target }, ...CALL_COLUMNS];
const MICRO_COLUMNS: readonly Column[] = [{ title: 'work', show: (row) => row.work }, { title: 'part', show: (row) => row.target }, ...CALL_COLUMNS];

const HTTP_COLUMNS: readonly Column[] = [
  { title: 'work', show: (row) => row.work },
  { title: 'server', show: (row) => row.target },
  { title: 'clients', show: (row) => String(row.clients) },
  { title: 'ops/s', show: (row) => showNumber(row.perSecond) },
  { title: 'MB/s', show: (row) => scaled(row.megabytesPerSecond, 1) },
  { title: 'p50 ms', show: (row) => scaled(row.p50Ms, 1) },
  { title: 'p99 ms', show: (row) => scaled(row.p99Ms, 1) },
  { title: 'max ms', show: (row) => scaled(row.maxMs, 1) },
  { title: 'CPU ms', show: (row) => scaled(row.cpuMsPerOperation, 1) },
  { title: 'kernel ms', show: (row) => scaled(row.systemMsPerOperation, 1) },
  { title: 'peak MiB', show: (row) => scaled(row.peakMegabytes, 1) },
  { title: 'errors', show: (row) => String(row.errors) },
];

const DECISION_COLUMNS: readonly Column[] = [
  { title: 'work', show: (row) => row.work },
  { title: 'principal has', show: (row) => row.target },
  { title: 'callers', show: (row) => String(row.clients) },
  { title: 'ops/s', show: (row) => showNumber(row.perSecond) },
  { title: 'p50 µs', show: (row) => scaled(row.p50Ms, 1000) },
  { title: 'p99 µs', show: (row) => scaled(row.p99Ms, 1000) },
  { title: 'CPU µs', show: (row) => scaled(row.cpuMsPerOperation, 1000) },
];

/** Three digits that count, thousands without a fraction. */
export function showNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** The rows as tables in Markdown, one for each group that has any. */
export function renderTables(rows: readonly Row[]): string {
  const groups = [
    ['Stores, through their contracts', 'stores', STORE_COLUMNS],
    ['HTTP', 'http', HTTP_COLUMNS],
    ['Decisions, and reads that wait for one', 'decisions', DECISION_COLUMNS],
    ['Parts of the server, by themselves', 'micro', MICRO_COLUMNS],
  ] as const;
  return groups
    .map(([title, group, columns]) => ({ title, columns, rows: rows.filter((row) => row.group === group) }))
    .filter(({ rows: some }) => some.length > 0)
    .map(({ title, columns, rows: some }) => `${title}\n\n${renderTable(columns, some)}`)
    .join('\n');
}

function renderTable(columns: readonly Column[], rows: readonly Row[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map((column) => column.show(row) ?? '–'))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  // The first two are names.
  const lines = cells.map((line) => `| ${line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`);
  const rule = `| ${widths.map((width, i) => (i < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1), ''].join('\n');
}

import { showNumber } from '../report/render-table.js';
import type { Comparison, ComparedRow, ComparedServer } from './comparison.js';
import { OURS, OURS_DURABLE, PEERS } from './peers.js';

const TITLES = { s3: 'S3', oci: 'OCI' } as const;

/** The comparisons as tables in Markdown. */
export function renderComparisons(comparisons: readonly Comparison[]): string {
  return comparisons.map(renderComparison).join('\n');
}

function renderComparison({ protocol, servers, rows }: Comparison): string {
  const title = TITLES[protocol];
  return [
    `${title}: servers`,
    '',
    table(['server', 'start ms', 'peak MiB', '200 is durable'], 'lrrl', servers.map(serverCells)),
    `${title}: load (× ours: that server's figure divided by ours)`,
    '',
    table(['work', 'clients', 'server', 'ops/s', '× ours', 'p99 ms', 'CPU ms', '× ours', 'peak MiB', 'errors'], 'lrlrrrrrrr', rows.map(rowCells)),
  ].join('\n');
}

function serverCells({ server, startMs, peakMegabytes }: ComparedServer): readonly string[] {
  const durable = server === OURS ? OURS_DURABLE : (PEERS.find(({ name }) => name === server)?.durable ?? '');
  return [server, show(startMs), show(peakMegabytes), durable];
}

function rowCells(row: ComparedRow): readonly string[] {
  const { work, clients, target, perSecond, rateRatio, p99Ms, cpuMsPerOperation, cpuRatio, peakMegabytes, errors } = row;
  return [work, String(clients), target, show(perSecond), ratio(rateRatio, target), show(p99Ms), show(cpuMsPerOperation), ratio(cpuRatio, target), show(peakMegabytes), String(errors)];
}

function show(value: number | undefined): string {
  return value === undefined ? '–' : showNumber(value);
}

function ratio(value: number | undefined, target: string): string {
  return value === undefined ? (target === OURS ? '' : '–') : value.toFixed(2);
}

/** @param sides `l` or `r` for each column */
function table(titles: readonly string[], sides: string, lines: readonly (readonly string[])[]): string {
  const cells = [titles, ...lines];
  const widths = titles.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  const padded = cells.map((line) => line.map((cell, i) => (sides[i] === 'l' ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))));
  const rule = widths.map((width, i) => (sides[i] === 'l' ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [padded[0]!, rule, ...padded.slice(1)].map((line) => `| ${line.join(' | ')} |\n`).join('');
}

/** What went wrong, a line each; none when all was right. */
export function describeProblems(comparisons: readonly Comparison[]): readonly string[] {
  return comparisons.flatMap(({ servers, rows }) => [
    ...servers.flatMap(({ server, failures }) => failures.map((failure) => `${server}: ${failure}`)),
    ...rows.filter(({ errors }) => errors > 0).map(({ target, work, clients, errors, firstError }) => `${target}: ${work}, ${clients} clients: ${errors} wrong answers, the first: ${firstError}`),
  ]);
}

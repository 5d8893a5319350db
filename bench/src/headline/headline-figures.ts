import type { Row } from '../report/rows.js';
import { showNumber } from '../report/render-table.js';

/** A figure of the first attempt at this server, taken on eight cores, and what measures it here. */
export interface Headline {
  readonly title: string;
  readonly work: string;
  readonly firstAttemptMs: number;
}

export const MICRO_HEADLINES: readonly Headline[] = [
  { title: 'store metadata', work: 'meta-put', firstAttemptMs: 0.45 },
  { title: 'get metadata', work: 'meta-find', firstAttemptMs: 0.085 },
  { title: 'list 1,000 keys', work: 'meta-list', firstAttemptMs: 3.2 },
  { title: 'write a file of 1 MiB', work: 'blob-write-1m', firstAttemptMs: 35 },
  { title: 'read a file of 1 MiB', work: 'blob-read-1m', firstAttemptMs: 25 },
];

export const HTTP_HEADLINES: readonly Headline[] = [
  { title: 'PUT 1 KiB', work: 'put1k', firstAttemptMs: 2.5 },
  { title: 'GET 1 KiB', work: 'get1k', firstAttemptMs: 1.8 },
  { title: 'HEAD', work: 'head', firstAttemptMs: 1.2 },
  { title: 'list 1,000 keys over HTTP', work: 'list1000', firstAttemptMs: 6.5 },
];

/** So many callers or clients stand for many. */
export const MANY = 16;

/** A table in Markdown: one call by itself, and what each costs where many are made at a time. */
export function renderHeadlines(rows: readonly Row[]): string {
  const lines = [...MICRO_HEADLINES, ...HTTP_HEADLINES].map(({ title, work, firstAttemptMs }) => {
    const find = (clients: number) => rows.find((row) => row.work === work && row.clients === clients);
    const [one, many] = [find(1), find(MANY)];
    const eachMs = many === undefined ? undefined : 1000 / many.perSecond;
    const cells = [`${title} (\`${work}\`)`, time(firstAttemptMs), time(one?.p50Ms), ratio(firstAttemptMs, one?.p50Ms), time(eachMs), ratio(firstAttemptMs, eachMs), time(one?.cpuMsPerOperation), time(many?.cpuMsPerOperation)];
    return `| ${cells.join(' | ')} |`;
  });
  const titles = ['', 'first attempt', 'one caller, median', 'faster', `${MANY} callers, one every`, 'faster', 'CPU, one caller', `CPU, ${MANY} callers`];
  return [`| ${titles.join(' | ')} |`, `| --- ${'| ---: '.repeat(titles.length - 1)}|`, ...lines].join('\n');
}

function ratio(first: number, here: number | undefined): string {
  return here === undefined ? '–' : `${(first / here).toFixed(first / here < 10 ? 1 : 0)} ×`;
}

function time(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return ms < 1 ? `${showNumber(ms * 1000)} µs` : `${showNumber(ms)} ms`;
}

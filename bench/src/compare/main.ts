import fs from 'node:fs';
import path from 'node:path';
import { writeFigures } from '../report/write-figures.js';
import { writeTables } from '../report/write-tables.js';
import { findProgram, withOwnTools } from '../server/find-program.js';
import { compare } from './comparison.js';
import { OURS } from './peers.js';
import { COMPARE_HELP, readCompareOptions, type CompareOptions } from './read-compare-options.js';
import { renderChart } from './render-chart.js';
import { describeProblems, renderComparisons } from './render-comparison.js';
import { runCompare, type FoundPeer } from './run-compare.js';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  let options: CompareOptions | undefined;
  try {
    options = readCompareOptions(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\nnpm run bench:compare -- --help says more.`);
    return 2;
  }
  if (options) return run(options);
  print(COMPARE_HELP);
  return 0;
}

/** @returns the exit code */
async function run(options: CompareOptions): Promise<number> {
  const searchPath = withOwnTools(process.env['PATH'] ?? '');
  const found: FoundPeer[] = [];
  for (const peer of options.peers) {
    const program = findProgram(peer.program, searchPath);
    if (program === undefined) say(`${peer.name} is not on the PATH and left out; to get it: ${peer.howToGet}`);
    else found.push({ peer, program });
  }
  if (found.length === 0) {
    say('None of the peers is here: there is nothing to compare with.');
    return 1;
  }
  const startedAt = new Date();
  const comparisons = (await runCompare(options, found, say)).map(compare);
  const tables = renderComparisons(comparisons);
  print(tables);
  const { rounds, seconds, json, markdown, svg } = options;
  writeFigures({ rounds, secondsEach: seconds, comparisons }, { startedAt, file: json, name: 'compare' });
  if (markdown !== undefined) writeTables(markdown, 'compare', tables);
  if (svg !== undefined) write(svg, renderChart(comparisons));
  for (const problem of describeProblems(comparisons)) say(problem);
  const oursWrong = comparisons.some(({ servers, rows }) => servers.some(({ server, failures }) => server === OURS && failures.length > 0) || rows.some(({ target, errors }) => target === OURS && errors > 0));
  return oursWrong ? 1 : 0;
}

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  fs.writeFileSync(file, text);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main().catch((error: unknown) => {
  say((error as Error).stack ?? String(error));
  return 1;
});

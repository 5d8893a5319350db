import { runCatalog } from './catalog/run-catalog.js';
import { runDecisions } from './decisions/run-decisions.js';
import { renderHeadlines } from './headline/headline-figures.js';
import { runHeadline } from './headline/run-headline.js';
import { runHttp } from './http/run-http.js';
import { EXTRA_WORKS } from './http/works.js';
import { microCommand } from './micro/micro-command.js';
import { GROUPS, HELP, readOptions, type MeasureOptions, type Options } from './options.js';
import { renderTables } from './report/render-table.js';
import { combineRounds, type Row } from './report/rows.js';
import { writeFigures } from './report/write-figures.js';
import { writeTables } from './report/write-tables.js';
import { renderScale, runScale } from './scale/run-scale.js';
import { runSeed } from './seed/run-seed.js';
import { runStart } from './run-start.js';
import { runStores } from './stores/run-stores.js';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  switch (options.command) {
    case 'help':
      print(HELP);
      return 0;
    case 'seed': {
      const { writes, seconds } = await runSeed(options, say);
      print(`${writes} writes in ${seconds.toFixed(1)} s, ${Math.round(writes / seconds)}/s`);
      return 0;
    }
    case 'start': {
      const { starts, medianMs, cpuMs, peakMegabytes } = await runStart(options, say);
      const usage = cpuMs === undefined ? '' : `; processor ${cpuMs.toFixed(0)} ms, peak ${peakMegabytes!.toFixed(0)} MiB`;
      print(`ready after ${medianMs.toFixed(0)} ms (median of ${starts.length}, ${options.objects} objects)${usage}`);
      return 0;
    }
    case 'scale':
      print(renderScale(await runScale(options, say)));
      return 0;
    case 'catalog':
      print(renderScale(await runCatalog(options, say)));
      return 0;
    case 'headline': {
      const table = renderHeadlines(await runHeadline(options.rounds, say));
      print(table);
      if (options.markdown !== undefined) writeTables(options.markdown, 'headline', table);
      return 0;
    }
    case 'micro':
      return microCommand(options.args, print, say);
    case 'measure':
      return runMeasurements(options);
  }
}

/** @returns the exit code */
async function runMeasurements(options: MeasureOptions): Promise<number> {
  const startedAt = new Date();
  const rows: Row[] = [];
  const isWanted = (group: string) => GROUPS[group]!.some((work) => options.only.has(work));
  for (let round = 1; round <= options.rounds; round++) {
    if (options.rounds > 1) say(`round ${round} of ${options.rounds}`);
    if (isWanted('stores')) rows.push(...(await runStores(options, say)));
    if (isWanted('decisions')) rows.push(...(await runDecisions(options, say)));
    if (isWanted('http') || isWanted('oci') || EXTRA_WORKS.some((work) => options.only.has(work))) rows.push(...(await runHttp(options, say)));
  }
  const medians = combineRounds(rows);
  print(renderTables(medians));
  const { label, rounds, httpSeconds, storeSeconds, json } = options;
  writeFigures({ label, rounds, httpSeconds, storeSeconds, rows: medians }, { startedAt, file: json, name: 'latest' });
  const wrong = medians.filter((row) => row.errors > 0 || row.operations === 0);
  for (const { work, clients, errors, firstError } of wrong) say(`${work}, ${clients} clients: ${errors} errors, the first: ${firstError ?? 'nothing was done'}`);
  return wrong.length === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main().catch((error: unknown) => {
  say((error as Error).stack ?? String(error));
  return 1;
});

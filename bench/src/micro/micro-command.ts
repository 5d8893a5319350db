import { renderTables } from '../report/render-table.js';
import { combineRounds } from '../report/rows.js';
import { writeFigures } from '../report/write-figures.js';
import { writeTables } from '../report/write-tables.js';
import { MICRO_HELP, readMicroOptions, type MicroOptions } from './read-micro-options.js';
import { profileMicro, runMicro } from './run-micro.js';

/** @returns the exit code @throws for a wrong result */
export async function microCommand(args: readonly string[], print: (text: string) => void, say: (line: string) => void): Promise<number> {
  let options: MicroOptions | undefined;
  try {
    options = readMicroOptions(args);
  } catch (error) {
    say(`${(error as Error).message}\nnpm run bench -- micro --help says more.`);
    return 2;
  }
  if (!options) {
    print(MICRO_HELP);
    return 0;
  }
  if (options.profileDir !== undefined) {
    await profileMicro(options, options.profileDir, say);
    return 0;
  }
  const startedAt = new Date();
  const rows = combineRounds(await runMicro(options, say));
  const table = renderTables(rows);
  print(table);
  const { seconds, rounds, json, markdown } = options;
  writeFigures({ secondsEach: seconds, rounds, rows }, { startedAt, file: json, name: 'micro' });
  if (markdown !== undefined) writeTables(markdown, 'micro', table.slice(table.indexOf('|')));
  const undone = rows.filter(({ operations }) => operations === 0);
  for (const { work, clients } of undone) say(`${work}, ${clients} callers: nothing was done`);
  return undone.length === 0 ? 0 : 1;
}

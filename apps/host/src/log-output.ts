import fs from 'node:fs';

const FLUSH_MS = 50;
const FLUSH_CHARACTERS = 64 * 1024;
const STDOUT = 1;

/** Log lines to standard output, several in one write; nothing is lost at exit. */
export function logOutput(): { write(line: string): void; flush(): void } {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting;
    waiting = '';
    writeAll(lines);
  };
  process.on('exit', flush);
  return {
    write(line) {
      waiting += line;
      if (waiting.length > FLUSH_CHARACTERS) flush();
      else timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    flush,
  };
}

function writeAll(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(STDOUT, rest));
    } catch (error) {
      // A full pipe is tried again; a closed one takes no more.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}

import { type CliWorld, EXIT } from './outcome.js';

/**
 * Standard output and standard error. Who stops reading, as `head` does, has what was
 * wanted: the answer's exit code stays. An answer that cannot be written for another
 * reason was not given.
 */
export function standardStreams(): Pick<CliWorld, 'out' | 'err'> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`The answer could not be written: ${error.message}\n`);
    // Whatever the command makes of its own exit code afterwards.
    process.on('exit', () => (process.exitCode = EXIT.failed));
  });
  process.stderr.on('error', () => undefined);
  return { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) };
}

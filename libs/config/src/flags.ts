import { ConfigError } from './config-error.js';
import { didYouMean } from './nearest.js';

/** What the command line asked for. */
export interface Flags {
  readonly help: boolean;
  readonly version: boolean;
  readonly checkConfig: boolean;
  readonly printConfig: boolean;
  readonly verifyAudit: boolean;
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly dataDir?: string;
}

/** Every flag with its argument's name and what it does; `--help` prints this. */
export const FLAGS = [
  { name: '--config', argument: 'FILE', does: 'read this YAML file (or ZAS_CONFIG)' },
  { name: '--host', argument: 'ADDRESS', does: 'listen there (http.host)' },
  { name: '--port', argument: 'NUMBER', does: 'listen there (http.port)' },
  { name: '--data-dir', argument: 'FOLDER', does: 'keep everything there (data.dir)' },
  { name: '--check-config', does: 'check configuration and plugins, then exit' },
  { name: '--print-config', does: 'print the configuration in force, secrets as stars, then exit' },
  { name: '--verify-audit', does: 'verify the audit trail of a stopped server, then exit: 1 when it was altered' },
  { name: '--version', does: 'print the version, then exit' },
  { name: '--help', does: 'print this, then exit' },
] as const satisfies readonly { name: string; argument?: string; does: string }[];

/**
 * Reads the command line, `--flag value` or `--flag=value`; `-h` is `--help`.
 * @throws ConfigError naming every flag that is unknown, given twice or lacks its argument
 */
export function parseFlags(argv: readonly string[]): Flags {
  const problems: string[] = [];
  const values = new Map<string, string>();
  const known = FLAGS.map((flag) => flag.name);
  for (let i = 0; i < argv.length; i += 1) {
    const [text, inline] = split(argv[i] ?? '');
    const name = text === '-h' ? '--help' : text;
    const flag = FLAGS.find((candidate) => candidate.name === name);
    if (flag === undefined) {
      problems.push(name.startsWith('-') ? `${name}: unknown flag${didYouMean(name, known)}` : `"${name}": expected a flag`);
      continue;
    }
    const takes = 'argument' in flag;
    const value = !takes ? (inline === undefined ? 'yes' : undefined) : (inline ?? argv[(i += 1)]);
    if (value === undefined || value === '') problems.push(takes ? `${name}: expected ${flag.argument}` : `${name}: takes no value`);
    else if (values.has(name)) problems.push(`${name}: given twice`);
    else values.set(name, value);
  }
  const port = values.get('--port');
  if (port !== undefined && !/^\d{1,5}$/.test(port)) problems.push('--port: expected a number');
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    help: values.has('--help'),
    version: values.has('--version'),
    checkConfig: values.has('--check-config'),
    printConfig: values.has('--print-config'),
    verifyAudit: values.has('--verify-audit'),
    config: values.get('--config'),
    host: values.get('--host'),
    port: port === undefined ? undefined : Number(port),
    dataDir: values.get('--data-dir'),
  };
}

function split(argument: string): readonly [string, string | undefined] {
  const at = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return at === -1 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

import { Argument, Command, CommanderError, InvalidArgumentError } from 'commander';
import { systemClock } from '@zas/plugin-api';
import { ConfigError, loadConfig } from '@zas/config';
import { createLogger } from '@zas/observability';
import { checkHealth } from './commands/check-health.js';
import { makeMasterKey, makeRootKeys, replaceRootKeys } from './commands/make-keys.js';
import { SHELLS, type Shell, completionScript } from './completion.js';
import { configArguments, withConfigOptions } from './config-options.js';
import { type CliWorld, type ConfiguredCall, EXIT, type Outcome } from './outcome.js';

type Options = Readonly<Record<string, unknown>> & { readonly json?: boolean };

/**
 * Runs the command line of `zas`. What loads the server is imported by the commands that
 * need it: a health check runs every few seconds.
 * @param argv arguments behind the program's name
 * @returns the exit code: 0 yes, 1 no, 2 a wrong call, 3 could not be done
 */
export async function runProgram(argv: readonly string[], world: CliWorld): Promise<number> {
  let code: number = EXIT.good;
  const wantsJson = argv.includes('--json');
  const program = new Command('zas')
    .description('Zot Artifact Store: one server that speaks S3 and OCI')
    .version(world.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: wantsJson ? () => undefined : world.err })
    .addHelpText('after', '\nExit codes: 0 yes or done, 1 no, 2 a wrong call, 3 it could not be done.\nEvery command but start and completion answers JSON with --json.');

  /** Adds a command that answers an outcome; all are rendered here. */
  const answering = (name: string, summary: string, run: (options: Options, ...operands: string[]) => Promise<Outcome> | Outcome): Command => {
    const command = program.command(name).description(summary).option('--json', 'answer one JSON value');
    return command.action(async () => {
      const options = command.opts<Options>();
      code = await rendered(world, options.json === true, async () => run(options, ...command.processedArgs.map(String)));
    });
  };
  const configured = (name: string, summary: string, run: (call: ConfiguredCall, options: Options) => Promise<Outcome>) =>
    withConfigOptions(answering(name, summary, async (options) => run(callOf(options, world), options)));

  withConfigOptions(program.command('start').description('start the server; zas start --settings lists all that can be set'))
    .option('--settings', 'print every flag, setting and environment variable, then exit')
    .action(async (options: Options) => {
      code = await world.serve(options['settings'] === true ? ['--help'] : configArguments(options));
    });
  configured('check-config', 'check configuration, plugins and TLS files; nothing is started', async (call) => (await import('./commands/check-config.js')).checkConfig(call));
  configured('print-config', 'print the configuration in force, secrets as stars', async (call) => (await import('./commands/print-config.js')).printConfig(call));
  withConfigOptions(
    answering('make-keys', 'make a root key pair, or a master key for servers that share a store', (options, kind) => {
      const replace = options['replace'] === true;
      if (kind === 'master') return makeMasterKey(replace);
      return replace ? replaceRootKeys(callOf(options, world)) : makeRootKeys();
    })
      .addArgument(new Argument('<kind>', 'what to make').choices(['root', 'master']))
      .option('--replace', 'root: keep the new pair in the data folder, in place of the old one'),
  );
  configured('verify-audit', 'verify the audit trail of a stopped server', async (call) => (await import('./commands/verify-audit.js')).verifyAuditTrail(call));
  configured('health', 'ask a running server whether it is ready', (call, options) =>
    checkHealth(call, options['url'] as string | undefined, options['seconds'] as number),
  )
    .option('--url <URL>', 'where it is; absent: where the configuration says', url)
    .option('--seconds <NUMBER>', 'how long to wait', positive, 5);
  configured('doctor', 'check disk, clock, ports, versions and permissions, and say what to do', async (call, options) =>
    (await import('./commands/doctor.js')).doctor(call, { clockFrom: options['clockFrom'] as string | undefined, strict: options['strict'] === true }),
  )
    .option('--clock-from <URL>', 'compare the clock with the Date that this server sends', url)
    .option('--strict', 'exit with 1 for warnings too');
  program
    .command('completion')
    .description('print a completion script: source <(zas completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => world.out(`${completionScript(program, shell)}\n`));

  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.good;
    if (wantsJson) world.out(renderJson({ ok: false, error: { message: error.message.replace(/^error: /, '') } }));
    return EXIT.usage;
  }
}

function callOf(options: Options, world: CliWorld): ConfiguredCall {
  const { env, readFile, cwd } = world;
  const loaded = loadConfig({ argv: configArguments(options), env, readFile, cwd });
  const logger = createLogger({ level: 'warn', write: world.err, clock: systemClock });
  return { loaded, logger, world };
}

/** The one place where outcomes and errors are said. */
async function rendered(world: CliWorld, json: boolean, run: () => Promise<Outcome>): Promise<number> {
  try {
    const { good, text, value } = await run();
    world.out(json ? renderJson({ ok: good, ...value }) : `${text}\n`);
    return good ? EXIT.good : EXIT.bad;
  } catch (error) {
    const { message } = error as Error;
    const problems = error instanceof ConfigError ? { problems: error.problems } : {};
    if (json) world.out(renderJson({ ok: false, error: { message, ...problems } }));
    else world.err(`${message}\n`);
    return error instanceof ConfigError ? EXIT.bad : EXIT.failed;
  }
}

function renderJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function url(text: string): string {
  if (/^https?:/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new InvalidArgumentError('Expected an http or https URL.');
}

function positive(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 3_600) return number;
  throw new InvalidArgumentError('Expected a number of seconds up to 3600.');
}

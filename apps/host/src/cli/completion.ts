import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface Words {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly { readonly flag: string; readonly takes: boolean; readonly does: string }[];
  readonly choices: readonly string[];
}

/** A completion script for one shell, made from the commands themselves. */
export function completionScript(program: Command, shell: Shell): string {
  return { bash, zsh, fish }[shell](program.name(), program.commands.map(wordsOf));
}

function wordsOf(command: Command): Words {
  const options = command.options.map(({ long, required, description }) => ({ flag: long!, takes: required, does: description }));
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return { name: command.name(), summary: command.summary() || command.description(), options, choices };
}

function bash(program: string, commands: readonly Words[]): string {
  const cases = commands.map(({ name, options, choices }) => `    ${name}) words='${[...options.map(({ flag }) => flag), '--help', ...choices].join(' ')}' ;;`);
  return `_${program}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words=
  case $previous in --config|--data-dir) COMPREPLY=($(compgen -f -- "$current")); return ;; esac
  if [ "$COMP_CWORD" = 1 ]; then words='${commands.map(({ name }) => name).join(' ')} --help --version'; else
    case \${COMP_WORDS[1]} in
${cases.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${program} ${program}`;
}

function zsh(program: string, commands: readonly Words[]): string {
  const named = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = commands.map(({ name, options, choices }) => {
    const flags = options.map(({ flag, takes, does }) => `'${flag}[${quoted(does).replace(/[[\]]/g, '')}]${takes ? ':value:_files' : ''}'`);
    return `    ${name}) _arguments ${[...flags, ...(choices.length > 0 ? [`'1:kind:(${choices.join(' ')})'`] : [])].join(' ')} ;;`;
  });
  return `#compdef ${program}
_${program}() {
  local -a commands=(
${named.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  shift words; (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
  esac
}
compdef _${program} ${program}`;
}

function fish(program: string, commands: readonly Words[]): string {
  const lines = commands.flatMap(({ name, summary, options, choices }) => [
    `complete -c ${program} -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
    ...options.map(({ flag, takes, does }) => `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' ${takes ? '-r ' : ''}-l ${flag.slice(2)} -d '${quoted(does)}'`),
    ...choices.map((choice) => `complete -c ${program} -n '__fish_seen_subcommand_from ${name}' -f -a ${choice}`),
  ]);
  return lines.join('\n');
}

function quoted(text: string): string {
  return text.replace(/'/g, '’').replace(/:/g, ';');
}

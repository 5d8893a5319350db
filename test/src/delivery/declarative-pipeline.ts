/** Sections that each section of a declarative pipeline may have (Jenkins' "Pipeline Syntax"). */
const STAGE = ['agent', 'environment', 'tools', 'options', 'input', 'when', 'steps', 'stages', 'parallel', 'matrix', 'post', 'failFast'];
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  '': ['pipeline'],
  pipeline: ['agent', 'environment', 'tools', 'options', 'parameters', 'triggers', 'stages', 'post', 'libraries'],
  stages: ['stage'],
  parallel: ['stage'],
  stage: STAGE,
  matrix: ['axes', 'excludes', 'agent', 'environment', 'tools', 'options', 'input', 'when', 'stages', 'post'],
  axes: ['axis'],
  axis: ['name', 'values', 'notValues'],
  post: ['always', 'changed', 'fixed', 'regression', 'aborted', 'failure', 'success', 'unstable', 'unsuccessful', 'cleanup'],
};
const NEEDED: Readonly<Record<string, readonly string[]>> = { pipeline: ['agent', 'stages'] };

interface Block {
  readonly name: string;
  readonly line: number;
  readonly inside: Set<string>;
}

/** What is wrong with the structure of a Jenkinsfile, by line: the first thing alone. Bodies of steps are not looked into. */
export function declarativeProblems(text: string): readonly string[] {
  const open: Block[] = [{ name: '', line: 0, inside: new Set() }];
  for (const [index, whole] of text.split('\n').entries()) {
    const line = index + 1;
    const code = withoutTexts(whole);
    if (code === undefined) return [`line ${line}: text that does not end`];
    for (const [token, word] of code.matchAll(/([A-Za-z_]\w*)|[{}]/g)) {
      const block = open.at(-1)!;
      if (token === '}') {
        if (open.length === 1) return [`line ${line}: an end without a block`];
        const missing = (NEEDED[block.name] ?? []).filter((name) => !block.inside.has(name));
        if (missing.length > 0) return [`line ${block.line}: ${block.name} lacks ${missing.join(', ')}`];
        open.pop();
      } else if (token === '{') {
        open.push({ name: sectionOf(code) ?? '?', line, inside: new Set() });
      } else if (isFirst(code, word!)) {
        const allowed = SECTIONS[block.name];
        if (allowed !== undefined && !allowed.includes(word!)) return [`line ${line}: ${word} in ${block.name === '' ? 'the file' : block.name}`];
        block.inside.add(word!);
      }
    }
  }
  return open.length === 1 ? [] : [`line ${open.at(-1)!.line}: ${open.at(-1)!.name} does not end`];
}

/** The code of a line without its texts and comment; nothing when a text does not end. */
function withoutTexts(line: string): string | undefined {
  const code = line.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, ' ').replace(/\/\/.*$/, '');
  return /['"]/.test(code) ? undefined : code;
}

function isFirst(code: string, word: string): boolean {
  return new RegExp(`^\\s*${word}\\b`).test(code);
}

/** The section that a brace opens: the word that begins its line. What nests within one line is not looked into. */
function sectionOf(code: string): string | undefined {
  return /^\s*(\w+)/.exec(code)?.[1];
}

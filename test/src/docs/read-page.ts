import fs from 'node:fs/promises';
import path from 'node:path';

/** The checkout that the pages are about. */
export const ROOT = path.resolve(import.meta.dirname, '../../..');

/**
 * What a reader does with a page, in order. Directives are HTML comments in the line
 * above a block:
 *
 *     <!-- not run: reason -->      a block of shell that the test leaves out
 *     <!-- background: TEXT -->     one that goes on running; the next begins when TEXT appears
 *     <!-- shows -->                above a block of text: what the last shell block printed,
 *                                   line by line; `…` stands for anything
 */
export type Step =
  | { readonly kind: 'shell'; readonly line: number; readonly text: string; readonly until?: string }
  | { readonly kind: 'not-run'; readonly line: number; readonly text: string; readonly reason: string }
  | { readonly kind: 'file'; readonly line: number; readonly text: string; readonly name: string }
  | { readonly kind: 'shows'; readonly line: number; readonly text: string };

export interface Page {
  /** Relative to the checkout. */
  readonly name: string;
  readonly text: string;
  readonly steps: readonly Step[];
}

/** Every page that a user reads, the README first. */
export async function pageNames(): Promise<readonly string[]> {
  const docs = await fs.readdir(path.join(ROOT, 'docs'));
  return ['README.md', ...docs.filter((name) => name.endsWith('.md')).sort().map((name) => `docs/${name}`), 'bench/README.md'];
}

export async function readPage(name: string): Promise<Page> {
  const text = await fs.readFile(path.join(ROOT, name), 'utf8');
  return { name, text, steps: stepsOf(text) };
}

/** Blocks of `sh`, and any block with `title="FILE"`, which is written there. Throws for a directive that means nothing. */
export function stepsOf(text: string): readonly Step[] {
  const steps: Step[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const [, fence, info = ''] = /^(```+)(.*)$/.exec(lines[at]!) ?? [];
    if (fence === undefined) continue;
    const end = lines.indexOf(fence, at + 1);
    if (end === -1) throw new Error(`line ${at + 1}: a block without an end`);
    const step = stepOf(info, { line: at + 1, text: lines.slice(at + 1, end).join('\n') }, directiveOf(lines[at - 1]));
    if (step !== undefined) steps.push(step);
    at = end;
  }
  return steps;
}

interface Directive {
  readonly name: string;
  readonly value: string;
}

function directiveOf(line: string | undefined): Directive | undefined {
  const [, name, value = ''] = /^<!-- ([a-z ]+?)(?:: (.+))? -->$/.exec(line ?? '') ?? [];
  return name === undefined ? undefined : { name, value };
}

function stepOf(info: string, block: { line: number; text: string }, directive: Directive | undefined): Step | undefined {
  const [, title] = /title="([^"]+)"/.exec(info) ?? [];
  const shell = /^sh\b/.test(info);
  if (directive?.name === 'not run' && directive.value !== '') return { kind: 'not-run', ...block, reason: directive.value };
  if (shell && directive?.name === 'background' && directive.value !== '') return { kind: 'shell', ...block, until: directive.value };
  if (!shell && directive?.name === 'shows') return { kind: 'shows', ...block };
  if (directive !== undefined) throw new Error(`line ${block.line - 1}: "${directive.name}" means nothing here`);
  if (title !== undefined) return { kind: 'file', ...block, name: title };
  return shell ? { kind: 'shell', ...block } : undefined;
}

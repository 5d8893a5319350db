import { parseXml } from '@zas/s3-protocol';

export interface TestResult {
  /** With its parameters, as pytest writes it. */
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly message?: string;
}

const CASE = /<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g;

/** Results out of the file that pytest's `--junitxml` writes. A test whose clean-up fails counts as failed. */
export function readJunit(xml: string): readonly TestResult[] {
  const results = new Map<string, TestResult>();
  for (const [, attributes = '', , content = ''] of xml.matchAll(CASE)) {
    const name = decode(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? '');
    const bad = /<(failure|error)\b[^>]*?\bmessage="([^"]*)"/.exec(content);
    const outcome = bad ? 'failed' : content.includes('<skipped') ? 'skipped' : 'passed';
    const known = results.get(name);
    if (known?.outcome === 'failed') continue;
    results.set(name, { name, outcome, message: bad ? decode(bad[2]!) : undefined });
  }
  return [...results.values()];
}

function decode(text: string): string {
  return parseXml(Buffer.from(`<t>${text}</t>`)).text;
}

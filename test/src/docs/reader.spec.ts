import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stepsOf } from './read-page.js';
import { Reader, whyNoReader } from './reader.js';

const obstacle = whyNoReader();
if (obstacle !== undefined) console.warn(`SKIPPED following a page: ${obstacle}`);
const suite = obstacle === undefined ? describe : describe.skip;

const block = (info: string, text: string, directive?: string) => `${directive === undefined ? '' : `<!-- ${directive} -->\n`}\`\`\`${info}\n${text}\n\`\`\`\n`;
const page = (...blocks: string[]) => ({ name: 'page.md', text: '', steps: stepsOf(blocks.join('\n')) });

describe('reading a page', () => {
  it('finds what a reader does, and leaves other blocks alone', () => {
    const text = [block('sh', 'one'), block('sh', 'two', 'not run: no such tool'), block('sh', 'three', 'background: ready'), block('text', 'four', 'shows'), block('ts title="src/a.ts"', 'five'), block('yaml', 'six')].join('\n');
    expect(stepsOf(text)).toEqual([
      { kind: 'shell', line: 1, text: 'one' },
      { kind: 'not-run', line: 6, text: 'two', reason: 'no such tool' },
      { kind: 'shell', line: 11, text: 'three', until: 'ready' },
      { kind: 'shows', line: 16, text: 'four' },
      { kind: 'file', line: 20, text: 'five', name: 'src/a.ts' },
    ]);
  });

  it('refuses a directive that means nothing, and a block without an end', () => {
    expect(() => stepsOf(block('sh', 'x', 'not ran: typo'))).toThrow('line 1: "not ran" means nothing here');
    expect(() => stepsOf(block('sh', 'x', 'shows'))).toThrow('means nothing');
    expect(() => stepsOf('```sh\nx')).toThrow('line 1: a block without an end');
  });
});

suite(`following a page${obstacle === undefined ? '' : ` (${obstacle})`}`, () => {
  let reader: Reader;
  beforeEach(async () => {
    reader = await Reader.open();
  });
  afterEach(async () => reader.close());

  it('goes on in one shell, writes files where it stands, and uses a port of its own', async () => {
    await reader.follow(
      page(
        block('sh', 'mkdir inner && cd inner\nname=kept'),
        block('txt title="sub/file"', 'content'),
        block('sh', 'echo "$name $(cat sub/file) 9000"'),
        block('text', 'kept … \n…', 'shows'),
        block('sh', 'test -f ../package.json && node --version'),
        block('text', process.version, 'shows'),
        block('sh', 'echo ready; sleep 60', 'background: ready'),
      ),
    );
    await expect(reader.follow(page(block('sh', 'echo 9000'), block('text', '9000', 'shows')))).resolves.toBeUndefined();
  });

  it('knows all that was printed, however much, in its order', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `${i}…\nelsewhere ${i}`).join('\n');
    await reader.follow(page(block('sh', 'for i in {0..49}; do printf "$i %s\\n" {1..1000}; echo "elsewhere $i" >&2; done; printf done'), block('text', `${lines}\ndone`, 'shows')));
  });

  it.each([
    ['a command that fails', [block('sh', 'true; false; true')], 'page.md:1: ended with 1'],
    ['a pipe that fails', [block('sh', 'false | true')], 'ended with 1'],
    ['output that is not there', [block('sh', 'echo a'), block('text', 'b', 'shows')], 'page.md:6: "b" was not printed'],
    ['output in another order', [block('sh', 'echo a; echo b'), block('text', 'b\na', 'shows')], '"a" was not printed'],
    ['output of an earlier step', [block('sh', 'echo a'), block('sh', 'true'), block('text', 'a', 'shows')], '"a" was not printed'],
    ['a server that ends at once', [block('sh', 'exit 3', 'background: ready')], 'ended with 3 before "ready" appeared'],
    ['a file outside', [block('txt title="../../outside"', 'x')], 'lies outside'],
  ])('fails at %s', async (_what, blocks, message) => {
    await expect(reader.follow(page(...blocks))).rejects.toThrow(message);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountWorld } from '../harness/account-world.js';
import { expectUnchanged } from '../harness/fingerprint.js';
import { type RawAnswer, RawConnection, rawHead } from '../harness/raw-connection.js';
import { SECRET, TARGET, startAttack } from './attack-world.js';

let world: AccountWorld;

beforeAll(async () => {
  world = await startAttack();
});
afterAll(() => world.remove());

/** A whole signed request, such as a proxy in front would let pass as a body. */
function inner(): string {
  const request = { method: 'PUT', path: `${TARGET}/smuggled`, body: 'smuggled' };
  return `${rawHead('PUT', request.path, { ...world.alice.sign(request), 'content-length': '8' })}smuggled`;
}

/** A request of Bob’s, signed but for its body, with these framing headers as they are. */
function outer(framing: readonly (readonly [string, string])[], method = 'PUT', path = '/attacker/upload'): string {
  const signed = world.bob.sign({ method, path, payloadHash: 'UNSIGNED-PAYLOAD' });
  return rawHead(method, path, [...Object.entries(signed), ...framing]);
}

/** The first answer; once the connection is closed, where it is to be. */
async function talk(bytes: string, method?: string): Promise<(RawAnswer | undefined)[]> {
  const connection = await RawConnection.open(world.server.url);
  connection.write(bytes);
  const answers = [await connection.answer(method)];
  // What is still open waits for more of the body; nothing more comes.
  if (answers[0]?.headers.get('connection') === 'close' || answers[0] === undefined) await connection.closed();
  connection.close();
  return answers;
}

describe('two lengths', () => {
  it('honest framings pass', async () => {
    expect((await talk(`${outer([['content-length', '5']])}plain`))[0]?.status).toBe(200);
    expect((await world.bob.get('/attacker/upload')).text).toBe('plain');
    expect((await talk(`${outer([['transfer-encoding', 'chunked']])}5\r\nparts\r\n0\r\n\r\n`))[0]?.status).toBe(200);
    expect((await world.bob.get('/attacker/upload')).text).toBe('parts');
    expect((await talk(inner()))[0]?.status).toBe(200);
    await world.alice.delete(`${TARGET}/smuggled`);
  });

  const smuggle = () => inner().length.toString(16);
  const cases: [string, (readonly [string, string])[], () => string][] = [
    ['Content-Length and Transfer-Encoding', [['content-length', '5'], ['transfer-encoding', 'chunked']], () => `0\r\n\r\n${inner()}`],
    ['Transfer-Encoding and Content-Length', [['transfer-encoding', 'chunked'], ['content-length', '5']], () => `0\r\n\r\n${inner()}`],
    ['Content-Length twice', [['content-length', '0'], ['content-length', String(500)]], inner],
    ['Content-Length twice, the other way', [['content-length', String(500)], ['content-length', '0']], inner],
    ['Content-Length twice, the same', [['content-length', '5'], ['content-length', '5']], () => `plain${inner()}`],
    ['a list of Content-Lengths', [['content-length', '0, 500']], inner],
    ['Content-Length with a sign', [['content-length', '+5']], () => `plain${inner()}`],
    ['Content-Length below zero', [['content-length', '-5']], () => `plain${inner()}`],
    ['Content-Length in hex', [['content-length', '0x5']], () => `plain${inner()}`],
    ['Content-Length with a blank inside', [['content-length', '0 5']], () => `plain${inner()}`],
    ['Content-Length beyond counting', [['content-length', '9'.repeat(40)]], () => `plain${inner()}`],
    ['a blank before its colon', [['content-length ', '5'], ['x', 'y']], () => `plain${inner()}`],
    ['Transfer-Encoding twice', [['transfer-encoding', 'chunked'], ['transfer-encoding', 'identity']], () => `0\r\n\r\n${inner()}`],
    ['an unknown coding', [['transfer-encoding', 'xchunked']], () => `0\r\n\r\n${inner()}`],
    ['chunked not last', [['transfer-encoding', 'chunked, gzip']], () => `0\r\n\r\n${inner()}`],
    ['an unknown coding and a length', [['transfer-encoding', 'xchunked'], ['content-length', '5']], () => `plain${inner()}`],
    ['a folded Transfer-Encoding', [['transfer-encoding', '\r\n chunked'], ['content-length', '5']], () => `plain${inner()}`],
    ['a vertical tab', [['transfer-encoding', '\x0bchunked'], ['content-length', '5']], () => `plain${inner()}`],
    ['a chunk size with a sign', [['transfer-encoding', 'chunked']], () => `+5\r\nplain\r\n0\r\n\r\n${inner()}`],
    ['a chunk size with 0x', [['transfer-encoding', 'chunked']], () => `0x5\r\nplain\r\n0\r\n\r\n${inner()}`],
    ['a chunk longer than said', [['transfer-encoding', 'chunked']], () => `3\r\nplain\r\n0\r\n\r\n${inner()}`],
    ['a chunk size that overflows', [['transfer-encoding', 'chunked']], () => `10000000000000005\r\nplain\r\n0\r\n\r\n${inner()}`],
    ['line feeds alone in chunks', [['transfer-encoding', 'chunked']], () => `5\nplain\n0\n\n${inner()}`],
    ['a request hidden in a chunk', [['transfer-encoding', 'chunked']], () => `5;${'a'.repeat(20)}\rx\r\n${smuggle()}\r\n${inner()}`],
    ['HTTP/1.0 with chunks', [['transfer-encoding', 'chunked']], () => `0\r\n\r\n${inner()}`],
  ];

  it.each(cases)('%s: refused, and nothing behind it is carried out', async (what, framing, tail) => {
    await expectUnchanged(world.accounts, async () => {
      const head = outer(framing);
      const [answer] = await talk((what.startsWith('HTTP/1.0') ? head.replace('HTTP/1.1', 'HTTP/1.0') : head) + tail());
      expect([what, answer === undefined || (answer.status >= 400 && answer.status < 500)]).toEqual([what, true]);
    });
    expect((await world.alice.head(`${TARGET}/smuggled`)).status).toBe(404);
  });

  it('a body on a request that has none is no request', async () => {
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      await expectUnchanged(world.accounts, async () => {
        const bytes = inner();
        const [answer] = await talk(outer([['content-length', String(bytes.length)]], method, '/attacker/none') + bytes, method);
        expect([method, answer?.status]).toEqual([method, method === 'DELETE' ? 204 : 404]);
      });
    }
  });

  it('a client cannot put a line into an answer', async () => {
    const evil = encodeURIComponent('x\r\nset-cookie: a=b\r\n\r\n<script>');
    const answers = [
      await world.alice.get(`${TARGET}/secret?response-content-type=${evil}`),
      await world.alice.get(`${TARGET}/secret?response-content-disposition=${evil}`),
      await world.alice.get(`${TARGET}/${evil}`),
      await world.alice.get(`${TARGET}?list-type=2&prefix=${evil}&encoding-type=url`),
      await world.alice.put(`${TARGET}`, undefined, { 'x-amz-acl': 'private' }),
    ];
    for (const { headers, text } of answers) expect([headers['set-cookie'], text.includes('<script>')]).toEqual([undefined, false]);
    expect(answers.slice(0, 2).map(({ status, code }) => [status, code])).toEqual(Array(2).fill([400, 'InvalidArgument']));
    expect((await world.alice.get(`${TARGET}/secret`)).text).toBe(SECRET);
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseTrace } from './parse-trace.js';

const hex = (text: string) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
const quoted = (text: string) => `"${hex(text)}"`;

const parse = (...lines: string[]) => parseTrace(lines.join('\n'), '/disk');

describe('reading a trace', () => {
  it('finds changes and syncs of files below the root', () => {
    const file = `21<${hex('/disk/a')}>`;
    expect(
      parse(
        `7 openat(AT_FDCWD<${hex('/tmp')}>, ${quoted('/disk/a')}, O_WRONLY|O_CREAT|O_EXCL, 0600) = ${file}`,
        `7 pwrite64(${file}, ${quoted('abc')}, 3, 4096) = 3`,
        `7 fdatasync(${file}) = 0`,
        `7 mkdir(${quoted('/disk/b')}, 0700) = 0`,
        `7 rename(${quoted('/disk/a')}, ${quoted('/disk/c')}) = 0`,
        `7 unlink(${quoted('/disk/c')}) = 0`,
        `7 fsync(22<${hex('/disk')}>) = 0`,
      ),
    ).toEqual([
      { kind: 'create', path: '/disk/a', truncate: false, begun: 0, ended: 0 },
      { kind: 'write', path: '/disk/a', offset: 4096, bytes: Buffer.from('abc'), begun: 1, ended: 1 },
      { kind: 'sync', path: '/disk/a', begun: 2, ended: 2 },
      { kind: 'make-folder', path: '/disk/b', begun: 3, ended: 3 },
      { kind: 'rename', path: '/disk/a', to: '/disk/c', begun: 4, ended: 4 },
      { kind: 'remove', path: '/disk/c', begun: 5, ended: 5 },
      { kind: 'sync', path: '/disk', begun: 6, ended: 6 },
    ]);
  });

  it('puts interrupted calls together, each thread its own', () => {
    const one = `21<${hex('/disk/a')}>`;
    expect(
      parse(`7 fsync(${one} <unfinished ...>`, `8 fdatasync(22<${hex('/disk/b')}> <unfinished ...>`, '7 <... fsync resumed>) = 0', '8 <... fdatasync resumed>) = 0'),
    ).toEqual([
      { kind: 'sync', path: '/disk/a', begun: 0, ended: 2 },
      { kind: 'sync', path: '/disk/b', begun: 1, ended: 3 },
    ]);
  });

  it('leaves out what failed, what lies elsewhere, and files that were removed', () => {
    expect(
      parse(
        `7 mkdir(${quoted('/disk/b')}, 0700) = -1 EEXIST (File exists)`,
        `7 pwrite64(21<${hex('/elsewhere/a')}>, ${quoted('abc')}, 3, 0) = 3`,
        `7 fsync(21<${hex('/disk/a (deleted)')}>) = 0`,
        `7 fsync(21<${hex('/disks')}>) = 0`,
      ),
    ).toEqual([]);
  });

  it('keeps count of the place of writes that do not say it, and of what a short one did not do', () => {
    const file = `21<${hex('/disk/a')}>`;
    const writes = parse(
      `7 openat(AT_FDCWD, ${quoted('/disk/a')}, O_WRONLY|O_CREAT, 0600) = ${file}`,
      `7 write(${file}, ${quoted('abcdef')}, 6) = 4`,
      `7 writev(${file}, [{iov_base=${quoted('e')}, iov_len=1}, {iov_base=${quoted('f')}, iov_len=1}], 2) = 2`,
    ).slice(1);
    expect(writes).toMatchObject([
      { offset: 0, bytes: Buffer.from('abcd') },
      { offset: 4, bytes: Buffer.from('ef') },
    ]);
  });

  it('recognises answers to requests', () => {
    const answer = 'HTTP/1.1 200 OK\r\nServer: x\r\nx-amz-request-id: ABC123\r\n\r\n';
    expect(parse(`7 write(30<socket:[123]>, ${quoted(answer)}, ${answer.length}) = ${answer.length}`)).toMatchObject([
      { kind: 'answer', status: 200, requestId: 'ABC123' },
    ]);
  });

  it('refuses writes that the tracer cut short', () => {
    expect(() => parse(`7 pwrite64(21<${hex('/disk/a')}>, ${quoted('abc')}..., 300, 0) = 300`)).toThrow('cut');
  });
});

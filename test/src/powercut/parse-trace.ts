import type { DiskChange, DiskOperation } from './disk-operation.js';

const CALL = /^(\d+) +(\w+)\((.*)\) += (-?\d+)(?:<(.*?)>)?/s;
const UNFINISHED = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/s;
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>(.*)$/s;
/** The first argument where it is a descriptor with its path. */
const DESCRIPTOR = /^(\d+)<(.*?)>/;
const STRING = /"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g;

/**
 * Reads what `strace -f -y -xx` recorded of one server: changes and syncs of files
 * below `root`, and its answers to HTTP requests. Calls that failed did nothing.
 * @param from times start here, so that the traces of several runs follow one another
 * @throws Error when a write was cut short by the tracer or cannot be read
 */
export function parseTrace(trace: string, root: string, from = 0): DiskOperation[] {
  const reader = new TraceReader(root);
  const unfinished = new Map<string, { readonly begun: number; readonly text: string }>();
  trace.split('\n').forEach((line, index) => {
    const time = from + index;
    const open = UNFINISHED.exec(line);
    if (open) return void unfinished.set(open[1]!, { begun: time, text: `${open[1]} ${open[2]}(${open[3]}` });
    const resumed = RESUMED.exec(line);
    const start = resumed && unfinished.get(resumed[1]!);
    reader.call(start ? start.text + resumed[3]! : line, start ? start.begun : time, time);
  });
  return reader.operations;
}

class TraceReader {
  readonly operations: DiskOperation[] = [];
  /** Where the next `write` without an offset goes, by descriptor. */
  private readonly positions = new Map<string, number>();

  constructor(private readonly root: string) {}

  call(text: string, begun: number, ended: number): void {
    const match = CALL.exec(text);
    if (!match) return;
    const [, , name, args, result, opened] = match as unknown as [string, string, string, string, string, string?];
    if (Number(result) < 0) return;
    const change = this.read(name, args, Number(result), opened);
    if (change) this.operations.push({ ...change, begun, ended } as DiskOperation);
  }

  private read(name: string, args: string, result: number, opened?: string): DiskChange | undefined {
    switch (name) {
      case 'open':
      case 'openat':
      case 'creat':
        return this.open(args, result, opened);
      case 'write':
      case 'writev':
      case 'pwrite64':
      case 'pwritev':
        return this.write(name, args, result);
      case 'ftruncate':
        return this.below({ kind: 'truncate', path: pathOf(args), size: Number(/, (\d+)$/.exec(args)![1]) });
      case 'fsync':
      case 'fdatasync':
        return this.below({ kind: 'sync', path: pathOf(args) });
      case 'mkdir':
      case 'mkdirat':
        return this.below({ kind: 'make-folder', path: named(args, 0) });
      case 'unlink':
      case 'unlinkat':
      case 'rmdir':
        return this.below({ kind: 'remove', path: named(args, 0) });
      case 'rename':
      case 'renameat':
      case 'renameat2':
        return this.below({ kind: 'rename', path: named(args, 0), to: named(args, 1) });
      default:
        return undefined;
    }
  }

  private open(args: string, descriptor: number, opened?: string): DiskChange | undefined {
    this.positions.set(String(descriptor), 0);
    const truncate = args.includes('O_TRUNC');
    if (!args.includes('O_CREAT') && !truncate) return undefined;
    return this.below({ kind: 'create', path: decode(opened ?? '').toString(), truncate });
  }

  private write(name: string, args: string, written: number): DiskChange | undefined {
    const [, descriptor, encoded] = DESCRIPTOR.exec(args) ?? [];
    if (descriptor === undefined) return undefined;
    const path = decode(encoded!).toString();
    const bytes = () => Buffer.concat(strings(args)).subarray(0, written);
    if (!this.contains(path)) return path.startsWith('/') ? undefined : answerOf(bytes());
    let offset = this.positions.get(descriptor) ?? 0;
    if (name.startsWith('pwrite')) offset = Number(/, (\d+)$/.exec(args)![1]);
    else this.positions.set(descriptor, offset + written);
    return this.below({ kind: 'write', path, offset, bytes: bytes() });
  }

  private below<T extends DiskChange & { readonly path: string }>(change: T): T | undefined {
    return this.contains(change.path) ? change : undefined;
  }

  private contains(path: string): boolean {
    return `${path}/`.startsWith(`${this.root}/`) && !path.endsWith(' (deleted)');
  }
}

function answerOf(bytes: Buffer): DiskChange | undefined {
  const head = /^HTTP\/1\.1 (\d+) .*?\r\nx-amz-request-id: (\w+)/is.exec(bytes.toString('latin1'));
  return head ? { kind: 'answer', status: Number(head[1]), requestId: head[2]! } : undefined;
}

function pathOf(args: string): string {
  return decode(DESCRIPTOR.exec(args)?.[2] ?? '').toString();
}

/** The path at that place among the arguments that are strings. */
function named(args: string, index: number): string {
  return strings(args)[index]!.toString();
}

function strings(args: string): Buffer[] {
  return [...args.matchAll(STRING)].map(([, text, cut]) => {
    if (cut) throw new Error('The tracer cut a string short');
    return decode(text!);
  });
}

function decode(text: string): Buffer {
  return text.includes('\\x') ? Buffer.from(text.replaceAll('\\x', ''), 'hex') : Buffer.from(text);
}

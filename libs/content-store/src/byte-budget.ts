import { StoreError } from '@zas/plugin-api';
import { WaitingLine } from './waiting-line.js';

/** A piece of the shared memory, or just a count of bytes; give it back exactly once. */
export interface Reservation {
  readonly bytes: number;
  release(): void;
}

export interface BufferReservation extends Reservation {
  /** Over shared memory, so that hash workers and the disk read it without a copy. */
  readonly buffer: Buffer;
  /** Position within {@link ByteBudget.memory}. */
  readonly offset: number;
}

/** Also the page of WebAssembly memory. */
const UNIT = 64 * 1024;
const MOST_WASM_UNITS = 65_536;
const LARGEST = 16;

/**
 * One budget for all bytes that requests hold: upload slots, read buffers, inline
 * bodies, the metadata writer's queue. Who finds no room waits in line, then gets
 * `slow-down`. Buffers come from one shared arena in pieces of 64 KiB, 256 KiB or
 * 1 MiB; the fuller it is, the smaller the pieces, so that many slow clients share it.
 */
export class ByteBudget {
  /** The arena; pages that were never used cost no memory. */
  readonly memory: SharedArrayBuffer;
  private readonly taken: Uint8Array;
  private used = 0;
  private readonly line: WaitingLine;
  private readonly pressure = new Set<() => void>();

  /**
   * @param capacity bytes, at least 1 MiB; rounded down to 64 KiB
   * @param waitMs how long a request waits in line
   */
  constructor(
    capacity: number,
    readonly waitMs: number,
  ) {
    const units = Math.max(LARGEST, Math.floor(capacity / UNIT));
    this.memory = allocate(units);
    this.taken = new Uint8Array(units);
    this.line = new WaitingLine(waitMs, () => {
      for (const flush of this.pressure) flush();
    });
  }

  get capacity(): number {
    return this.memory.byteLength;
  }

  get usedBytes(): number {
    return this.used;
  }

  get waiting(): number {
    return this.line.length;
  }

  /** Counts bytes that live outside the arena. More than the whole budget throws `too-large`. */
  reserve(bytes: number, signal?: AbortSignal): Promise<Reservation> {
    if (bytes > this.capacity) {
      return Promise.reject(new StoreError('too-large', 'Larger than the whole byte budget', { details: { bytes } }));
    }
    return this.line.enter(() => (this.used + bytes <= this.capacity ? this.count(bytes) : undefined), signal);
  }

  /**
   * A buffer of at most 1 MiB, near to `wanted` bytes when there is plenty.
   * @param least bytes that it must have at least: 64 KiB or 256 KiB
   */
  acquire(wanted: number, signal?: AbortSignal, least = UNIT): Promise<BufferReservation> {
    return this.line.enter(() => this.tryAcquire(wanted, least), signal);
  }

  /** Like `acquire`, but `undefined` instead of waiting; for buffers that only speed things up. */
  acquireIfPlenty(wanted: number, least = UNIT): BufferReservation | undefined {
    return this.used * 2 < this.capacity && this.line.length === 0 ? this.tryAcquire(wanted, least) : undefined;
  }

  /**
   * Has `flush` called whenever somebody has to wait, until the answered function is
   * called: holders of half-filled buffers hand them on then.
   */
  onPressure(flush: () => void): () => void {
    this.pressure.add(flush);
    return () => this.pressure.delete(flush);
  }

  private tryAcquire(wanted: number, least: number): BufferReservation | undefined {
    const fewest = least / UNIT;
    for (let units = Math.max(fewest, this.unitsFor(wanted)); units >= fewest; units /= 4) {
      const bytes = units * UNIT;
      if (this.used + bytes > this.capacity) continue;
      const at = this.findFree(units);
      if (at < 0) continue;
      this.taken.fill(1, at, at + units);
      const counted = this.count(bytes, () => this.taken.fill(0, at, at + units));
      return { ...counted, offset: at * UNIT, buffer: Buffer.from(this.memory, at * UNIT, bytes) };
    }
    return undefined;
  }

  private unitsFor(wanted: number): number {
    const free = (this.capacity - this.used) / this.capacity;
    const most = free > 0.5 ? LARGEST : free > 0.25 ? 4 : 1;
    return Math.min(most, wanted > 4 * UNIT ? LARGEST : wanted > UNIT ? 4 : 1);
  }

  /** Small pieces from the end, large ones from the start, each aligned to its size: little fragmentation. */
  private findFree(units: number): number {
    const slots = Math.floor(this.taken.length / units);
    for (let i = 0; i < slots; i++) {
      const at = (units === LARGEST ? i : slots - 1 - i) * units;
      let free = true;
      for (let j = at; free && j < at + units; j++) free = this.taken[j] === 0;
      if (free) return at;
    }
    return -1;
  }

  private count(bytes: number, give?: () => void): Reservation {
    this.used += bytes;
    let released = false;
    return {
      bytes,
      release: () => {
        if (released) return;
        released = true;
        this.used -= bytes;
        give?.();
        this.line.serve();
      },
    };
  }
}

// Types of Node do not have it, those of browsers are not loaded.
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => { readonly buffer: SharedArrayBuffer };
};

/** WebAssembly memory begins on a page, which direct writes of a disk need; beyond its 4 GiB plain shared memory does. */
function allocate(units: number): SharedArrayBuffer {
  if (units > MOST_WASM_UNITS) return new SharedArrayBuffer(units * UNIT);
  return new WebAssembly.Memory({ initial: units, maximum: units, shared: true }).buffer;
}

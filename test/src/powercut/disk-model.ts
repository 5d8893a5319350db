import path from 'node:path';
import type { DiskOperation } from './disk-operation.js';

/** How much of what was not synced survives. */
export interface Survival {
  /** Of a change of a folder's entries. */
  entry(): boolean;
  /** Of a change of a file; a write may survive in part: whole blocks of it, or a prefix. */
  data(bytes: Buffer | undefined): 'whole' | 'none' | { readonly offset: number; readonly bytes: Buffer }[];
}

export const NOTHING: Survival = { entry: () => false, data: () => 'none' };
export const EVERYTHING: Survival = { entry: () => true, data: () => 'whole' };

type FileChange = { readonly ended: number } & (
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly size: number }
);

type EntryChange = { readonly ended: number } & (
  | { readonly kind: 'link'; readonly name: string; readonly node: Node }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
);

class File {
  synced: Buffer = Buffer.alloc(0);
  pending: FileChange[] = [];
}

class Folder {
  readonly live = new Map<string, Node>();
  readonly synced = new Map<string, Node>();
  pending: EntryChange[] = [];
}

type Node = File | Folder;

/** Files by path relative to the root; folders are `undefined`. A parent comes before what is in it. */
export type DiskState = ReadonlyMap<string, Buffer | undefined>;

/**
 * A disk that keeps for sure only what was synced: a file's bytes and length by a
 * sync of the file, its entry by a sync of its folder. What a power cut leaves of
 * the rest is anybody's guess.
 */
export class DiskModel {
  private readonly root = new Folder();

  constructor(private readonly rootPath: string) {}

  /** Operations must come in order of their end. */
  apply(operation: DiskOperation): void {
    if (operation.kind === 'answer') return;
    if (operation.kind === 'sync') return this.sync(operation.path, operation.begun);
    const { folder, name } = this.place(operation.path);
    const { ended } = operation;
    switch (operation.kind) {
      case 'create': {
        if (!folder.live.has(name)) this.change(folder, { kind: 'link', name, node: new File(), ended });
        if (operation.truncate) this.file(folder, name).pending.push({ kind: 'truncate', size: 0, ended });
        return;
      }
      case 'write':
        return void this.file(folder, name).pending.push({ kind: 'write', offset: operation.offset, bytes: operation.bytes, ended });
      case 'truncate':
        return void this.file(folder, name).pending.push({ kind: 'truncate', size: operation.size, ended });
      case 'make-folder':
        return this.change(folder, { kind: 'link', name, node: new Folder(), ended });
      case 'remove':
        return this.change(folder, { kind: 'unlink', name, ended });
      case 'rename': {
        const target = this.place(operation.to);
        if (target.folder !== folder) throw new Error('A rename between folders is not modelled');
        return this.change(folder, { kind: 'rename', name, to: target.name, ended });
      }
    }
  }

  /** What a power cut at this moment leaves. */
  cut(survival: Survival): DiskState {
    const state = new Map<string, Buffer | undefined>();
    const visit = (folder: Folder, at: string) => {
      const entries = new Map(folder.synced);
      for (const change of folder.pending) if (survival.entry()) changeEntries(entries, change);
      for (const [name, node] of entries) {
        const place = path.join(at, name);
        state.set(place, node instanceof File ? contentOf(node, survival) : undefined);
        if (node instanceof Folder) visit(node, place);
      }
    };
    visit(this.root, '');
    return state;
  }

  private sync(place: string, begun: number): void {
    const node = this.find(place);
    if (node instanceof File) {
      node.synced = changeBytes(node.synced, node.pending.filter((change) => change.ended < begun));
      node.pending = node.pending.filter((change) => change.ended >= begun);
    } else if (node) {
      for (const change of node.pending) if (change.ended < begun) changeEntries(node.synced, change);
      node.pending = node.pending.filter((change) => change.ended >= begun);
    }
  }

  private change(folder: Folder, change: EntryChange): void {
    changeEntries(folder.live, change);
    folder.pending.push(change);
  }

  private file(folder: Folder, name: string): File {
    const node = folder.live.get(name);
    if (node instanceof File) return node;
    throw new Error(`The trace changes a file that is not there: ${name}`);
  }

  private find(place: string): Node | undefined {
    if (place === this.rootPath) return this.root;
    const { folder, name } = this.place(place);
    return folder.live.get(name);
  }

  private place(place: string): { folder: Folder; name: string } {
    const names = path.relative(this.rootPath, place).split(path.sep);
    const name = names.pop()!;
    let folder = this.root;
    for (const step of names) {
      const next = folder.live.get(step);
      if (!(next instanceof Folder)) throw new Error(`The trace uses a folder that is not there: ${step}`);
      folder = next;
    }
    return { folder, name };
  }
}

function changeEntries(entries: Map<string, Node>, change: EntryChange): void {
  if (change.kind === 'link') return void entries.set(change.name, change.node);
  const node = entries.get(change.name);
  entries.delete(change.name);
  // Where the name itself did not survive there is nothing that could be renamed.
  if (change.kind === 'rename' && node) entries.set(change.to, node);
}

/** A file's bytes after these changes. */
function changeBytes(bytes: Buffer, changes: readonly FileChange[]): Buffer {
  const ends = changes.map((change) => (change.kind === 'truncate' ? change.size : change.offset + change.bytes.length));
  const changed = Buffer.alloc(Math.max(bytes.length, ...ends));
  bytes.copy(changed);
  let size = bytes.length;
  for (const change of changes) {
    if (change.kind === 'truncate') {
      changed.fill(0, change.size, Math.max(size, change.size));
      size = change.size;
    } else {
      change.bytes.copy(changed, change.offset);
      size = Math.max(size, change.offset + change.bytes.length);
    }
  }
  return changed.subarray(0, size);
}

function contentOf(file: File, survival: Survival): Buffer {
  const surviving = file.pending.flatMap((change): FileChange[] => {
    const kept = survival.data(change.kind === 'write' ? change.bytes : undefined);
    if (kept === 'none') return [];
    if (kept === 'whole' || change.kind === 'truncate') return [change];
    return kept.map((piece) => ({ ...change, offset: change.offset + piece.offset, bytes: piece.bytes }));
  });
  return changeBytes(file.synced, surviving);
}

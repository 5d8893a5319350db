/** One change of a disk, or a sync, or an answer to a client, in the order in which they ended. */
export type DiskOperation = Timed &
  (
    | { readonly kind: 'create'; readonly path: string; readonly truncate: boolean }
    | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly bytes: Buffer }
    | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
    | { readonly kind: 'make-folder'; readonly path: string }
    | { readonly kind: 'remove'; readonly path: string }
    | { readonly kind: 'rename'; readonly path: string; readonly to: string }
    /** Of a file or a folder. */
    | { readonly kind: 'sync'; readonly path: string }
    /** An answer left for a client. */
    | { readonly kind: 'answer'; readonly requestId: string; readonly status: number }
  );

interface Timed {
  /** A sync covers what ended before it began. Both grow with time. */
  readonly begun: number;
  readonly ended: number;
}

type WithoutTime<T> = T extends unknown ? Omit<T, keyof Timed> : never;

/** An operation before its times are known. */
export type DiskChange = WithoutTime<DiskOperation>;

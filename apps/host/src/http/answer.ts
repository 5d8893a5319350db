/** Takes pieces of a streamed answer; resolves when the socket has them. */
export type AnswerSink = (piece: Uint8Array) => Promise<void>;

/** What a door wants sent; only `Exchanges` touches the response. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Text and bytes go in one piece; a stream states its length beforehand. */
  readonly body?: string | Uint8Array | { readonly length: number; write(sink: AnswerSink): Promise<void> };
}

/** A stream whose head can be read first, without losing it. */
export interface HeadedStream<Chunk> {
  /** Reads the next chunk of the head. It stays part of `all`. */
  readNext(): Promise<IteratorResult<Chunk, unknown>>;
  /** The head as a stream that ends wherever its reader stops. */
  readonly head: AsyncIterable<Chunk>;
  /** Removes the chunks read so far from `all`, for a reader that keeps them elsewhere. */
  dropRead(): void;
  /**
   * The stream from its first chunk; can be read once, after the head. An error of the source is thrown after the chunks
   * before it, and a reader that leaves early closes the source.
   */
  readonly all: AsyncGenerator<Chunk, void, undefined>;
  /** Closes the source, for callers that do not read `all`. */
  close(): Promise<void>;
}

/** Keeps every read of the head as a promise, so that `all` repeats its chunks, its end, its error, and a late chunk. */
export function createHeadedStream<Chunk>(source: AsyncIterable<Chunk>): HeadedStream<Chunk> {
  const chunks = source[Symbol.asyncIterator]();
  let reads: Promise<IteratorResult<Chunk, unknown>>[] = [];
  const readNext = () => {
    const read = chunks.next();
    // The reader of `all` gets the error; until then it must not count as unhandled.
    read.catch(() => {});
    reads.push(read);
    return read;
  };
  const close = async () => void (await chunks.return?.());
  async function* head() {
    for (let next = await readNext(); next.done !== true; next = await readNext()) yield next.value;
  }
  async function* all() {
    try {
      const again = reads.reverse();
      reads = [];
      for (;;) {
        const next = await (again.pop() ?? chunks.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await close();
    }
  }
  return {
    readNext,
    head: head(),
    all: all(),
    close,
    dropRead: () => {
      reads = [];
    },
  };
}

export interface HeadOptions {
  /** The head has at least this many bytes, unless the stream ends, fails or is late. */
  readonly minBytes: number;
  /** Longest wait for the head; default: no limit. */
  readonly timeoutMs?: number | undefined;
}

export interface StreamHead<Chunk> extends Pick<HeadedStream<Chunk>, 'all' | 'close'> {
  /** The chunks of the head, uncut. */
  readonly chunks: readonly Chunk[];
  /** Why the head ends: it has enough bytes, or the stream ended, failed or was late. */
  readonly reason: 'enough' | 'complete' | 'failed' | 'late';
  /** The error of a source that failed within its head; `all` throws it too, after the chunks before it. */
  readonly error: unknown;
}

/** Reads the head of a stream of bytes. Never throws: an error of the source is reported and left to `all`. */
export async function readHead<Chunk extends Uint8Array>(
  source: AsyncIterable<Chunk>,
  { minBytes, timeoutMs }: HeadOptions,
): Promise<StreamHead<Chunk>> {
  const { readNext, all, close } = createHeadedStream(source);
  const timeout = createTimeout(timeoutMs);
  const chunks: Chunk[] = [];
  const headUntil = (reason: StreamHead<Chunk>['reason'], error?: unknown): StreamHead<Chunk> => ({
    chunks,
    reason,
    error,
    all,
    close,
  });
  try {
    for (let bytes = 0; bytes < minBytes; ) {
      const next = await (timeoutMs === undefined ? readNext() : Promise.race([readNext(), timeout.passed]));
      if (next === 'late') return headUntil('late');
      if (next.done === true) return headUntil('complete');
      chunks.push(next.value);
      bytes += next.value.length;
    }
    return headUntil('enough');
  } catch (error) {
    return headUntil('failed', error);
  } finally {
    timeout.clear();
  }
}

function createTimeout(ms: number | undefined): { passed: Promise<'late'>; clear: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<'late'>((resolve) => {
    if (ms !== undefined) timer = setTimeout(() => resolve('late'), ms);
  });
  return { passed, clear: () => clearTimeout(timer) };
}

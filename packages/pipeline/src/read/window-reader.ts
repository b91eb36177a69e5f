/** Windows are at least this large, as long as the source lasts. */
const WINDOW_BYTES = 65_536;
/** A source that comes in one piece is cut up, so that memory stays flat. */
const CHUNK_BYTES = 262_144;

/** Consumes what a window shows whole and returns how many bytes that was. */
export type ReadWindow = (window: Buffer, isLast: boolean) => number;

/**
 * Hands a stream to a reader in windows that follow each other; what one window leaves over begins the next. A
 * window that showed nothing whole comes again at twice the size, so that the cost stays in proportion to the bytes
 * even where a record is spread over many chunks. Yields after each window, so that the caller can pass on what
 * was found. Where the source fails, what it gave before is read first.
 */
export async function* readInWindows(
  chunks: AsyncIterable<Buffer>,
  readWindow: ReadWindow,
  windowBytes = WINDOW_BYTES,
): AsyncGenerator<void, void, undefined> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let needed = windowBytes;
  const readParts = (isLast: boolean): void => {
    const window = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    const rest = window.subarray(readWindow(window, isLast));
    parts = rest.length === 0 ? [] : [rest];
    bytes = rest.length;
    needed = Math.max(windowBytes, 2 * bytes);
  };
  let fault: unknown;
  const untilFault = ended(chunks, (error) => {
    fault = error;
  });
  for await (const chunk of untilFault) {
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      const piece = chunk.subarray(at, at + CHUNK_BYTES);
      parts.push(piece);
      bytes += piece.length;
      if (bytes < needed) continue;
      readParts(false);
      yield;
    }
  }
  readParts(fault === undefined);
  yield;
  if (fault !== undefined) throw fault;
}

/** The chunks up to where the source fails. */
async function* ended(
  chunks: AsyncIterable<Buffer>,
  onFault: (error: unknown) => void,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* chunks;
  } catch (error) {
    onFault(error);
  }
}

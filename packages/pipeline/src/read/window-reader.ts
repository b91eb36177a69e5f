/** Windows are at least this large, except the last one. */
const WINDOW_BYTES = 65_536;
/** Larger chunks are cut, so that memory stays flat. */
const CHUNK_BYTES = 262_144;

/** Consumes the complete part of a window and returns its length in bytes. */
export type ReadWindow = (window: Buffer, isLast: boolean) => number;

/**
 * Hands a stream to a reader in consecutive windows; the rest of one window begins the next. A window without
 * anything complete comes again at twice the size, so that the cost stays linear even if a record spans many chunks.
 * Yields after each window, so that the caller can pass on what was read. If the source fails, all bytes before the
 * failure are read first.
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
  const readable = untilFailure(chunks, (error) => {
    fault = error;
  });
  for await (const chunk of readable) {
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

/** The chunks before the source fails. */
async function* untilFailure(
  chunks: AsyncIterable<Buffer>,
  onFault: (error: unknown) => void,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* chunks;
  } catch (error) {
    onFault(error);
  }
}

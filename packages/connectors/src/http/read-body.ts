import type { Readable } from 'node:stream';
import { InletError } from '@inlet/contracts';
import { decompress } from './decompress.js';
import { sizeInWords, spanInWords } from './in-words.js';
import type { Stopper } from './stopper.js';
import { translateNetworkError } from './translate-network-error.js';
import { watchPace } from './watch-pace.js';

/** Reason of a stopper whose reader closed the body. */
export const CLOSED = Symbol('closed');

/** Real feeds compress to a tenth, sometimes to a fiftieth; decompression bombs to a thousandth. */
const MAX_RATIO = 200;
/** A high ratio below this size does no harm. */
const RATIO_FROM_BYTES = 16_777_216;

export interface ReadBodyOptions {
  readonly host: string;
  readonly contentEncoding: string | undefined;
  /** After decompression. */
  readonly maxBytes: number;
  readonly minBytesPerSecond: number;
  readonly slowWindowMs: number;
  readonly now: () => number;
  readonly stopper: Stopper;
}

/**
 * Yields the decompressed body of a response in chunks of up to 256 KB, no faster than the reader takes them. Throws
 * `source_too_large`, `source_decompression_bomb`, `source_too_slow`, `source_interrupted`, or the stopper's reason.
 */
export async function* readBody(stream: Readable, options: ReadBodyOptions): AsyncGenerator<Uint8Array> {
  const { host, maxBytes, contentEncoding, stopper } = options;
  let receivedBytes = 0;
  let total = 0;
  const onReceived = (bytes: number): void => {
    receivedBytes += bytes;
  };
  const onDecompressed = (bytes: number): void => {
    if (bytes > RATIO_FROM_BYTES && bytes > receivedBytes * MAX_RATIO) throw bomb(host, receivedBytes, bytes);
  };
  try {
    stopper.signal.throwIfAborted();
    const received = readPaced(stream, options, onReceived);
    for await (const chunk of decompress(received, { contentEncoding, onDecompressed })) {
      stopper.signal.throwIfAborted();
      total += chunk.length;
      if (total > maxBytes) throw tooLarge(host, maxBytes);
      yield chunk;
    }
  } catch (error) {
    if (stopper.signal.reason === CLOSED) return;
    if (stopper.signal.aborted) throw stopper.signal.reason;
    throw translateNetworkError(error, { host, purpose: 'source', isInBody: true });
  } finally {
    stream.destroy();
    stopper.dispose();
  }
}

/** Yields the chunks of a stream, counts their bytes, and stops a stream that is too slow. */
async function* readPaced(
  stream: Readable,
  options: ReadBodyOptions,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const { minBytesPerSecond, slowWindowMs: windowMs, stopper, now } = options;
  const onTooSlow = (): void => stopper.stop(tooSlow(options));
  const pace = watchPace({ minBytesPerSecond, windowMs, now, onTooSlow });
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      pace.startWaiting();
      const { value, done } = await chunks.next().finally(pace.stopWaiting);
      if (done) return;
      pace.count(value.length);
      onBytes(value.length);
      yield value;
    }
  } finally {
    await chunks.return?.();
  }
}

export function tooLarge(host: string, maxBytes: number): InletError {
  return new InletError('source_too_large', {
    detail: `The file at ${host} is larger than ${sizeInWords(maxBytes)}.`,
    extra: { maxBytes },
  });
}

function bomb(host: string, receivedBytes: number, bytes: number): InletError {
  return new InletError('source_decompression_bomb', {
    detail: `${sizeInWords(receivedBytes)} from ${host} decompressed to more than ${sizeInWords(bytes)}.`,
  });
}

function tooSlow({ host, minBytesPerSecond, slowWindowMs }: ReadBodyOptions): InletError {
  return new InletError('source_too_slow', {
    detail: `${host} sent less than ${sizeInWords(minBytesPerSecond)} a second for ${spanInWords(slowWindowMs)}.`,
  });
}

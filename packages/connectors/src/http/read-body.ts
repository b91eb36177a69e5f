import type { Readable } from 'node:stream';
import { InletError } from '@inlet/contracts';
import { sizeInWords, spanInWords } from './in-words.js';
import type { Stopper } from './stopper.js';
import { translateNetworkError } from './translate-network-error.js';
import { unpack } from './unpack.js';
import { watchPace } from './watch-pace.js';

/** Reason of a stopper for a reader that has had enough. */
export const CLOSED = Symbol('closed');

/** Real feeds pack to a tenth, at times to a fiftieth; bombs to a thousandth. */
const MAX_RATIO = 200;
/** Below this a high ratio does no harm. */
const RATIO_FROM_BYTES = 16_777_216;

export interface ReadBodyOptions {
  readonly host: string;
  readonly contentEncoding: string | undefined;
  /** After unpacking. */
  readonly maxBytes: number;
  readonly minBytesPerSecond: number;
  readonly slowWindowMs: number;
  readonly now: () => number;
  readonly stopper: Stopper;
}

/**
 * The body of an answer, unpacked, in pieces of up to 256 KB, as fast as the reader takes them. Throws
 * `source_too_large`, `source_decompression_bomb`, `source_too_slow`, `source_interrupted`, and the reason of
 * the stopper.
 */
export async function* readBody(stream: Readable, options: ReadBodyOptions): AsyncGenerator<Uint8Array> {
  const { host, maxBytes, contentEncoding, stopper } = options;
  let packedBytes = 0;
  let total = 0;
  const onPacked = (bytes: number): void => {
    packedBytes += bytes;
  };
  const onUnpacked = (bytes: number): void => {
    if (bytes > RATIO_FROM_BYTES && bytes > packedBytes * MAX_RATIO) throw bomb(host, packedBytes, bytes);
  };
  try {
    stopper.signal.throwIfAborted();
    for await (const chunk of unpack(paced(stream, options, onPacked), { contentEncoding, onUnpacked })) {
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
    stopper.release();
  }
}

/** Passes the stream on, counts it and watches its pace. */
async function* paced(
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
      pace.wait();
      const { value, done } = await chunks.next().finally(pace.rest);
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

function bomb(host: string, packedBytes: number, bytes: number): InletError {
  return new InletError('source_decompression_bomb', {
    detail: `${sizeInWords(packedBytes)} from ${host} unpacked to more than ${sizeInWords(bytes)}.`,
  });
}

function tooSlow({ host, minBytesPerSecond, slowWindowMs }: ReadBodyOptions): InletError {
  return new InletError('source_too_slow', {
    detail: `${host} sent less than ${sizeInWords(minBytesPerSecond)} a second for ${spanInWords(slowWindowMs)}.`,
  });
}

import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InletError } from '@inlet/contracts/errors';
import { readHead } from '@inlet/contracts/stream-head';
import type { ChangeReader, ReadChanges, ReadChangesRequest, ReadPiece } from '../../ports/read-changes.js';
import { readChanges } from '../read-changes.js';
import { startBytePump } from './byte-pump.js';
import { ownMemory } from './own-memory.js';
import { type FromThread, fromFailure, type ToThread } from './thread-messages.js';

export interface ThreadOptions {
  /** Readings that have a thread of their own at a time; further ones are done where they are asked for. */
  readonly maxThreads: number;
  /** Sources up to this are not worth a thread, nor are those that take longer than a second for it; default 1 MB. */
  readonly inlineBytes?: number;
}

const INLINE_BYTES = 1_048_576;
const INLINE_MS = 1000;
/** What a thread may keep: only a source made to exhaust it needs more. What it makes is gone soon. */
const HEAP = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 24 };

/**
 * Reads large, fast sources each in a thread of its own: the process answers requests meanwhile, and uses a second
 * processor. What comes out is what `readChanges` gives. The memory of the bytes changes hands.
 */
export function createThreadedReader({ maxThreads, inlineBytes = INLINE_BYTES }: ThreadOptions): ReadChanges {
  let threads = 0;
  return (bytes, request, options) => {
    let reading: ChangeReader | undefined;
    async function* pieces(): AsyncGenerator<ReadPiece> {
      const { reason, all } = await readHead(bytes, { minBytes: inlineBytes + 1, timeoutMs: INLINE_MS });
      if (reason !== 'enough' || threads >= maxThreads) {
        reading = readChanges(all, request);
        return yield* reading;
      }
      threads += 1;
      try {
        reading = readInThread(all, request, options);
        yield* reading;
      } finally {
        threads -= 1;
      }
    }
    return { [Symbol.asyncIterator]: pieces, release: (body) => reading?.release(body) };
  };
}

const readInThread: ReadChanges = (bytes, request, { signal } = {}) => {
  const items = request.items.map(ownMemory);
  const worker = new Worker(new URL('./reader-thread.js', import.meta.url), {
    workerData: { ...request, items } satisfies ReadChangesRequest,
    transferList: items.map(({ buffer }) => buffer),
    resourceLimits: HEAP,
  });
  const post = (message: ToThread, memory: ArrayBuffer[] = []) => worker.postMessage(message, memory);
  return {
    [Symbol.asyncIterator]: () => piecesOf(worker, { bytes, post, signal }),
    release({ buffer }) {
      if (buffer instanceof ArrayBuffer) post({ kind: 'done', memory: buffer }, [buffer]);
    },
  };
};

async function* piecesOf(
  worker: Worker,
  options: {
    bytes: AsyncIterable<Uint8Array>;
    post: (message: ToThread, memory?: ArrayBuffer[]) => void;
    signal: AbortSignal | undefined;
  },
): AsyncGenerator<ReadPiece, void, undefined> {
  const { bytes, post, signal } = options;
  const messages = on(worker, 'message', { close: ['exit'], ...(signal && { signal }) });
  const pump = startBytePump(bytes, post);
  try {
    for await (const [message] of messages as AsyncIterable<[FromThread]>) {
      if (message.kind === 'taken') {
        pump.more();
        continue;
      }
      if (message.kind === 'failed') throw fromFailure(message.failure, pump.fault);
      const piece = withBuffers(message.piece);
      yield piece;
      if (piece.kind === 'end') return;
      if (piece.kind !== 'batch') post({ kind: 'done' });
    }
    throw new Error('the reader thread stopped unexpectedly');
  } catch (error) {
    throw signal?.aborted ? signal.reason : clear(error);
  } finally {
    pump.stop();
    // What the thread says on its way out is of no interest, and must not end the process.
    worker.on('error', () => {});
    await worker.terminate();
  }
}

/** Buffers are plain bytes on their way between threads. */
function withBuffers(piece: ReadPiece): ReadPiece {
  if (piece.kind === 'batch') return { ...piece, body: asBuffer(piece.body) };
  return piece.kind === 'end' ? { ...piece, items: piece.items.map(asBuffer) } : piece;
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function clear(error: unknown): unknown {
  const isOutOfMemory =
    error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory
    ? new InletError('source_too_large', {
        detail: 'Reading the file needs more memory than one file may have.',
      })
    : error;
}

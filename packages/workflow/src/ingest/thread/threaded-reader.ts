import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InletError } from '@inlet/contracts/errors';
import { readHead } from '@inlet/contracts/stream-head';
import type { ChangeReader, ReadChanges, ReadChangesRequest, ReadPiece } from '../../ports/change-reader.js';
import { type ComparedPage, readOnePage, type TurnPage } from '../../ports/source-pages.js';
import { readChanges } from '../read-changes.js';
import { type PostToThread, startBytePump } from './byte-pump.js';
import { type FromThread, fromFailure, ownMemory } from './thread-messages.js';

export interface ThreadOptions {
  /** Sources that are read in their own thread at a time; any others are read on the calling thread. */
  readonly maxThreads: number;
  /** Sources up to this size, or that take longer than a second for it, get no thread; default 1 MB. */
  readonly inlineBytes?: number | undefined;
}

const INLINE_BYTES = 1_048_576;
const INLINE_MS = 1000;
/** Only a source made to exhaust memory needs more old space. Young objects are short-lived. */
const HEAP = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 24 };

/**
 * Reads each large, fast source in its own thread: the process still answers requests, and uses a second
 * processor. The output is that of `readChanges`. The memory of the bytes is transferred to the thread.
 */
export function createThreadedReader({ maxThreads, inlineBytes = INLINE_BYTES }: ThreadOptions): ReadChanges {
  let threads = 0;
  return (bytes, request, options) => {
    let reader: ChangeReader | undefined;
    async function* pieces(): AsyncGenerator<ReadPiece> {
      const { reason, all } = await readHead(bytes, { minBytes: inlineBytes + 1, timeoutMs: INLINE_MS });
      if (reason !== 'enough' || threads >= maxThreads) {
        reader = readChanges(all, request, options);
        return yield* reader;
      }
      threads += 1;
      try {
        reader = readInThread(all, request, options);
        yield* reader;
      } finally {
        threads -= 1;
      }
    }
    return { [Symbol.asyncIterator]: pieces, recycle: (body) => reader?.recycle(body) };
  };
}

const readInThread: ReadChanges = (bytes, request, { signal, turnPage = readOnePage } = {}) => {
  const items = request.items.map(ownMemory);
  const worker = new Worker(new URL('./reader-thread.js', import.meta.url), {
    workerData: { ...request, items } satisfies ReadChangesRequest,
    transferList: items.map(({ buffer }) => buffer),
    resourceLimits: HEAP,
  });
  const post: PostToThread = (message, memory = []) => worker.postMessage(message, memory);
  return {
    [Symbol.asyncIterator]: () => readPieces(worker, { bytes, post, signal, turnPage }),
    recycle({ buffer }) {
      if (buffer instanceof ArrayBuffer) post({ kind: 'done', memory: buffer }, [buffer]);
    },
  };
};

interface PieceOptions {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly post: PostToThread;
  readonly signal: AbortSignal | undefined;
  readonly turnPage: TurnPage<ComparedPage>;
}

async function* readPieces(
  worker: Worker,
  { bytes, post, signal, turnPage }: PieceOptions,
): AsyncGenerator<ReadPiece, void, undefined> {
  const messages = on(worker, 'message', { close: ['exit'], signal });
  let pump = startBytePump(bytes, post);
  try {
    for await (const [message] of messages as AsyncIterable<[FromThread]>) {
      if (message.kind === 'bytes_read') {
        pump.allowGroup();
        continue;
      }
      if (message.kind === 'page_compared') {
        pump.stop();
        const turn = await turnPage(message.page);
        if (turn.kind === 'end') post({ kind: 'turned', turn });
        else {
          post({ kind: 'turned', turn: { kind: 'page', hints: turn.hints } });
          pump = startBytePump(turn.bytes, post);
        }
        continue;
      }
      if (message.kind === 'failed') throw fromFailure(message.failure, pump.error);
      const piece = withBuffers(message.piece);
      yield piece;
      if (piece.kind === 'end') return;
      if (piece.kind !== 'batch') post({ kind: 'done' });
    }
    throw new Error('the reader thread stopped unexpectedly');
  } catch (error) {
    throw signal?.aborted ? signal.reason : translateOutOfMemory(error);
  } finally {
    pump.stop();
    // An error while the thread ends is irrelevant, and must not end the process.
    worker.on('error', () => {});
    await worker.terminate();
  }
}

/** Buffers arrive as plain `Uint8Array`s. */
function withBuffers(piece: ReadPiece): ReadPiece {
  if (piece.kind === 'batch') return { ...piece, body: asBuffer(piece.body) };
  return piece.kind === 'end' ? { ...piece, items: piece.items.map(asBuffer) } : piece;
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function translateOutOfMemory(error: unknown): unknown {
  const isOutOfMemory =
    error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory
    ? new InletError('source_too_large', {
        detail: 'Reading the file needs more memory than one file may have.',
      })
    : error;
}

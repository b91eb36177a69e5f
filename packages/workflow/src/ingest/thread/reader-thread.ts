import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ReadChangesRequest, ReadPiece } from '../../ports/change-reader.js';
import type { ComparedPage, PageTurn } from '../../ports/source-pages.js';
import { readChanges } from '../read-changes.js';
import {
  createBell,
  type FromThread,
  SourceFailedError,
  type ToThread,
  toFailure,
} from './thread-messages.js';

// Entry of a reader thread: reads one source and posts the pieces.

/** Pieces that may be posted before they are processed, so that reading continues while batches are stored. */
const MAX_POSTED = 5;

if (parentPort === null) throw new Error('this file is the entry of a worker thread');
await serve(parentPort, workerData as ReadChangesRequest);

async function serve(port: MessagePort, request: ReadChangesRequest): Promise<void> {
  const post = (message: FromThread, memory: ArrayBufferLike[] = []) =>
    port.postMessage(message, memory as ArrayBuffer[]);
  const inbox = createInbox(() => post({ kind: 'bytes_read' }));
  const turnPage = (page: ComparedPage) => {
    post({ kind: 'page_compared', page });
    return inbox.turnPage();
  };
  const reader = readChanges(inbox.bytes(), request, { turnPage });
  port.on('message', (message: ToThread) => {
    if (message.kind === 'done' && message.memory) reader.recycle(Buffer.from(message.memory));
    inbox.receive(message);
  });
  try {
    for await (const piece of reader) {
      await inbox.untilPostedBelow(MAX_POSTED);
      inbox.countPosted();
      post({ kind: 'piece', piece }, memoryOf(piece));
    }
  } catch (error) {
    post({ kind: 'failed', failure: toFailure(error) });
  }
  port.close();
}

/** The memory that is transferred instead of copied. */
function memoryOf(piece: ReadPiece): ArrayBufferLike[] {
  if (piece.kind === 'batch') return [piece.body.buffer];
  return piece.kind === 'end' ? piece.items.map(({ buffer }) => buffer) : [];
}

/** Queues incoming bytes and counts the pieces that are not processed yet. */
function createInbox(onBytesRead: () => void) {
  const queue: Exclude<ToThread, { kind: 'done' }>[] = [];
  let posted = 0;
  const changed = createBell();

  const inbox = {
    receive(message: ToThread) {
      if (message.kind === 'done') posted -= 1;
      else queue.push(message);
      changed.ring();
    },
    countPosted() {
      posted += 1;
    },
    async untilPostedBelow(max: number) {
      while (posted >= max) await changed.rings();
    },
    async *bytes(): AsyncGenerator<Uint8Array> {
      for (;;) {
        const message = queue.shift();
        if (!message) await changed.rings();
        else if (message.kind === 'end') return;
        else if (message.kind === 'source_failed') throw new SourceFailedError('the source failed');
        else if (message.kind === 'bytes') {
          onBytesRead();
          yield* message.chunks;
        }
      }
    },
    /** Drops what the reader has left of the page before. */
    async turnPage(): Promise<PageTurn> {
      for (;;) {
        const message = queue.shift();
        if (!message) await changed.rings();
        else if (message.kind === 'turned')
          return message.turn.kind === 'page' ? { ...message.turn, bytes: inbox.bytes() } : message.turn;
      }
    },
  };
  return inbox;
}

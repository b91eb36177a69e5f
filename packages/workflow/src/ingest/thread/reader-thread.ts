import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ReadChangesRequest, ReadPiece } from '../../ports/read-changes.js';
import { readChanges } from '../read-changes.js';
import { createBell } from './create-bell.js';
import { type FromThread, SourceFault, type ToThread, toFailure } from './thread-messages.js';

// The entry of a reader thread: does one reading and posts its pieces.

/** Pieces that may be under way, so that reading goes on while those before are stored. */
const MOST_UNDER_WAY = 5;

if (parentPort === null) throw new Error('this file is the entry of a worker thread');
await serve(parentPort, workerData as ReadChangesRequest);

async function serve(port: MessagePort, request: ReadChangesRequest): Promise<void> {
  const post = (message: FromThread, memory: ArrayBufferLike[] = []) =>
    port.postMessage(message, memory as ArrayBuffer[]);
  const inbox = createInbox(() => post({ kind: 'taken' }));
  const reading = readChanges(inbox.bytes(), request);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'done' && message.memory) reading.release(Buffer.from(message.memory));
    inbox.take(message);
  });
  try {
    for await (const piece of reading) {
      await inbox.untilFewer(MOST_UNDER_WAY);
      inbox.sent();
      post({ kind: 'piece', piece }, memoryOf(piece));
    }
  } catch (error) {
    post({ kind: 'failed', failure: toFailure(error) });
  }
  port.close();
}

/** What changes hands instead of being copied. */
function memoryOf(piece: ReadPiece): ArrayBufferLike[] {
  if (piece.kind === 'batch') return [piece.body.buffer];
  return piece.kind === 'end' ? piece.items.map(({ buffer }) => buffer) : [];
}

/** Keeps what came in until it is asked for. */
function createInbox(onTaken: () => void) {
  const waiting: Exclude<ToThread, { kind: 'done' }>[] = [];
  let underWay = 0;
  const changed = createBell();

  return {
    take(message: ToThread) {
      if (message.kind === 'done') underWay -= 1;
      else waiting.push(message);
      changed.ring();
    },
    sent() {
      underWay += 1;
    },
    async untilFewer(most: number) {
      while (underWay >= most) await changed.rings();
    },
    async *bytes(): AsyncGenerator<Uint8Array> {
      for (;;) {
        const message = waiting.shift();
        if (!message) await changed.rings();
        else if (message.kind === 'end') return;
        else if (message.kind === 'fault') throw new SourceFault('the source failed');
        else {
          onTaken();
          yield* message.chunks;
        }
      }
    },
  };
}

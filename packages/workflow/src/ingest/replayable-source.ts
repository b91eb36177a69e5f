import type { ComparedPage, PageTurn, TurnPage } from '../ports/source-pages.js';
import { createSpoolFile } from './spool-file.js';

/** The first page of a source, and how to get the later ones. */
export interface SourcePages {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly turnPage: TurnPage<ComparedPage>;
}

/** A source that can be read again without being fetched again. */
export interface ReplayableSource {
  /** The pages as they arrive. */
  readonly source: SourcePages;
  /** The same pages once a reader of `source` has ended; null if the disk did not take them. */
  replay(): SourcePages | null;
  close(): Promise<void>;
}

const MEMORY_BYTES = 1_048_576;

/** Keeps what a reader reads: of each page the first megabyte in memory, more in a file without a name in `dir`. */
export function createReplayableSource({ bytes, turnPage }: SourcePages, dir: string): ReplayableSource {
  const first = keepBytes(bytes, dir);
  const kept = [first];
  const turns: PageTurn[] = [];
  return {
    source: {
      bytes: first.bytes,
      async turnPage(page) {
        const turn = await turnPage(page);
        if (turn.kind === 'end') {
          turns.push(turn);
          return turn;
        }
        const later = keepBytes(turn.bytes, dir);
        kept.push(later);
        turns.push({ ...turn, bytes: later.replay() });
        return { ...turn, bytes: later.bytes };
      },
    },
    replay() {
      if (kept.some(({ isLost }) => isLost())) return null;
      const left = turns[Symbol.iterator]();
      const end: PageTurn = { kind: 'end', incomplete: null, isEarly: false };
      return { bytes: first.replay(), turnPage: async () => left.next().value ?? end };
    },
    async close() {
      await Promise.all(kept.map((page) => page.close()));
    },
  };
}

/** Keeps bytes on their way to a reader. */
function keepBytes(source: AsyncIterable<Uint8Array>, dir: string) {
  const file = createSpoolFile(dir);
  let inMemory: Uint8Array[] = [];
  let memoryUsed = 0;
  /** Filled again and again with the bytes of a source that does not fit into memory. */
  let block: Buffer | undefined;
  let isKept = true;

  const keepInMemory = async (chunk: Uint8Array) => {
    // A copy, because the reader may take over the memory of the chunk.
    inMemory.push(Buffer.from(chunk));
    memoryUsed += chunk.length;
    if (memoryUsed <= MEMORY_BYTES) return;
    isKept = await file.append(inMemory);
    inMemory = [];
    memoryUsed = 0;
    block = Buffer.allocUnsafeSlow(MEMORY_BYTES);
  };
  const keepInBlock = async (chunk: Uint8Array, into: Buffer) => {
    for (let at = 0; at < chunk.length && isKept; ) {
      const part = chunk.subarray(at, at + MEMORY_BYTES - memoryUsed);
      into.set(part, memoryUsed);
      at += part.length;
      memoryUsed += part.length;
      if (memoryUsed < MEMORY_BYTES) continue;
      isKept = await file.append([into]);
      memoryUsed = 0;
    }
  };
  async function* pass(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      if (isKept) await (block ? keepInBlock(chunk, block) : keepInMemory(chunk));
      yield chunk;
    }
  }
  async function* replay(): AsyncGenerator<Uint8Array> {
    yield* file.read();
    if (block) yield block.subarray(0, memoryUsed);
    else yield* inMemory;
  }
  return { bytes: pass(), replay, isLost: () => !isKept, close: () => file.close() };
}

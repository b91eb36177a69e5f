import { PAUSE, type Pausing, TimeSlices } from '../query/pausing.js';
import { ServerError } from '../server-error.js';
import { type CursorBatch, encodeCursorReply, type Reply } from '../wire/reply.js';

interface Cursor {
  id: bigint;
  ns: string;
  documents: Pausing<Buffer>;
  /** The document that did not fit into the last batch. */
  waiting: Buffer | undefined;
  /** The number of documents that the cursor may still yield. */
  left: number;
  isDone: boolean;
  usedAt: number;
}

export interface BatchOptions {
  batchSize?: number | undefined;
  limitMs?: number | undefined;
}

export interface CursorOptions extends BatchOptions {
  /** Closes the cursor after its first batch. */
  isSingleBatch?: boolean;
  /** The limit of the query; 0 for no limit. A cursor that reached it is closed, which spares the client a request. */
  limit?: number;
}

const DEFAULT_FIRST_BATCH = 101;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
/** Limits a batch whose size the client does not state, so that a reply of large documents stays small. */
const COMFORTABLE_BATCH_BYTES = 4 * 1024 * 1024;
const IDLE_LIMIT_MS = 10 * 60_000;

/** The open cursors. A cursor reads only when its client asks for the next batch. */
export class CursorRegistry {
  private readonly cursors = new Map<bigint, Cursor>();
  private readonly now: () => number;
  private nextId: bigint;

  constructor(now: () => number) {
    this.now = now;
    this.nextId = BigInt(now()) * 1000n;
  }

  get size(): number {
    return this.cursors.size;
  }

  /** Replies with the first batch and keeps the cursor if documents are left. */
  async open(ns: string, documents: Pausing<Buffer>, options: CursorOptions = {}): Promise<Reply> {
    const left = options.limit || Number.POSITIVE_INFINITY;
    const cursor: Cursor = {
      id: 0n,
      ns,
      documents,
      waiting: undefined,
      left,
      isDone: false,
      usedAt: this.now(),
    };
    const batch = await this.fill(cursor, {
      ...options,
      batchSize: options.batchSize ?? DEFAULT_FIRST_BATCH,
    });
    if (options.isSingleBatch !== true && !cursor.isDone) {
      cursor.id = this.nextId++;
      this.cursors.set(cursor.id, cursor);
    }
    return reply('firstBatch', cursor, batch);
  }

  /** @throws ServerError 43 if the cursor does not exist. */
  async more(id: bigint, options: BatchOptions): Promise<Reply> {
    const cursor = this.cursors.get(id);
    if (cursor === undefined) throw new ServerError(43, 'CursorNotFound', `cursor id ${id} not found`);
    // Removed until the batch is complete, so that two requests cannot read at the same time.
    this.cursors.delete(id);
    const batch = await this.fill(cursor, options);
    if (cursor.isDone) cursor.id = 0n;
    else this.cursors.set(id, cursor);
    return reply('nextBatch', cursor, batch);
  }

  /** Returns whether the cursor existed. */
  kill(id: bigint): boolean {
    this.cursors.get(id)?.documents.return();
    return this.cursors.delete(id);
  }

  killIdle(): void {
    const oldest = this.now() - IDLE_LIMIT_MS;
    for (const [id, cursor] of this.cursors) if (cursor.usedAt < oldest) this.kill(id);
  }

  private async fill(cursor: Cursor, { batchSize, limitMs }: BatchOptions): Promise<Buffer[]> {
    const size = batchSize || Number.POSITIVE_INFINITY;
    const limitBytes = batchSize === undefined ? COMFORTABLE_BATCH_BYTES : MAX_BATCH_BYTES;
    const slices = new TimeSlices({ limitMs });
    const batch: Buffer[] = [];
    let bytes = 0;
    cursor.usedAt = this.now();
    if (batchSize === 0) return batch;
    while (batch.length < size) {
      const step = cursor.waiting ?? nextStep(cursor);
      if (step === undefined) break;
      if (step === PAUSE) {
        await slices.pause();
        continue;
      }
      const isFull = batch.length > 0 && bytes + step.length > limitBytes;
      cursor.waiting = isFull ? step : undefined;
      if (isFull) break;
      batch.push(step);
      bytes += step.length;
      cursor.left--;
    }
    cursor.isDone ||= cursor.left <= 0;
    return batch;
  }
}

function nextStep(cursor: Cursor): Buffer | typeof PAUSE | undefined {
  const step = cursor.documents.next();
  if (step.done !== true) return step.value;
  cursor.isDone = true;
  return undefined;
}

const reply = (name: CursorBatch['name'], { ns, id }: Cursor, documents: Buffer[]): Reply =>
  encodeCursorReply({ name, ns, id, documents });

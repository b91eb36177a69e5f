import type { FieldValue, RawRecord, RecordNotes } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import type { EnclosingLevels } from '../enclosing-levels.js';
import { noteTooLarge, type ReadFacts } from '../read-facts.js';
import { DEFAULT_BATCH_SIZE, DEFAULT_READ_LIMITS, type ReadRequest } from '../types.js';
import type { Block, BlockReader } from './block-reader.js';

const NO_NOTES: RecordNotes = {};

/**
 * Collects records and hands them out in batches of equal size, those that wait for values of `levels` when they have
 * them.
 */
export class RecordBatches {
  private readonly batchSize: number;
  private readonly maxRecords: number;
  private readonly facts: ReadFacts;
  private readonly levels: EnclosingLevels | undefined;
  private readonly full: RawRecord[][] = [];
  private open: RawRecord[] = [];
  private pushed = 0;

  constructor(facts: ReadFacts, request: ReadRequest, levels?: EnclosingLevels) {
    this.facts = facts;
    this.levels = levels;
    this.batchSize = request.batchSize ?? DEFAULT_BATCH_SIZE;
    this.maxRecords = request.limits?.maxRecords ?? DEFAULT_READ_LIMITS.maxRecords;
  }

  get count(): number {
    return this.pushed;
  }

  push(
    fields: readonly FieldValue[],
    { oversized, isTooLarge, decimalFields }: RecordNotes = NO_NOTES,
  ): void {
    if (this.pushed >= this.maxRecords) {
      throw new InletError('source_too_large', {
        detail: `The file holds more than ${this.maxRecords} records.`,
      });
    }
    this.pushed += 1;
    this.open.push({ record: this.pushed, fields, oversized, isTooLarge, decimalFields });
    if (isTooLarge) noteTooLarge(this.facts);
    if (this.open.length < this.batchSize) return;
    this.full.push(this.open);
    this.open = [];
  }

  *takeFull(): Generator<readonly RawRecord[]> {
    const ready = this.levels?.readyRecords ?? this.pushed;
    const waiting = this.full.findIndex((batch) => (batch.at(-1)?.record ?? 0) > ready);
    const batches = this.full.splice(0, waiting < 0 ? this.full.length : waiting);
    for (const batch of batches) yield this.counted(batch);
  }

  /** Takes all other records; no more values come. */
  *takeRest(): Generator<readonly RawRecord[]> {
    this.levels?.leave(0);
    yield* this.takeFull();
    if (this.open.length === 0) return;
    const batch = this.open;
    this.open = [];
    yield this.counted(batch);
  }

  private counted(batch: RawRecord[]): readonly RawRecord[] {
    this.facts.records += batch.length;
    return batch;
  }
}

export interface BlockScanner {
  /** Reads the complete part of the block and returns its length in bytes. */
  scan(block: Block): number;
  /** Whether the scanner needs no more of the file. */
  readonly isDone?: boolean;
}

/** Runs a scanner over a source. Throws an error after handing out the records before it. */
export async function* scanRecords(
  reader: BlockReader,
  options: { readonly scanner: BlockScanner; readonly batches: RecordBatches },
): AsyncGenerator<readonly RawRecord[]> {
  const { scanner, batches } = options;
  for (;;) {
    let fault = reader.failure;
    let consumed = 0;
    try {
      consumed = scanner.scan(reader);
    } catch (error) {
      fault = { error };
    }
    yield* batches.takeFull();
    if (fault !== undefined || reader.isLast || scanner.isDone === true) {
      yield* batches.takeRest();
      if (fault !== undefined) throw fault.error;
      return;
    }
    await reader.fill(consumed);
  }
}

import type { FieldValue, RawRecord } from '@inlet/contracts';
import { InletError } from '@inlet/contracts/errors';
import { DEFAULT_BATCH_SIZE, DEFAULT_READ_LIMITS, type ReadFacts, type ReadRequest } from '../types.js';
import type { Block, BlockReader } from './block-reader.js';

/** Collects records and hands them out in batches of equal size. */
export class RecordBatches {
  private readonly batchSize: number;
  private readonly maxRecords: number;
  private readonly facts: ReadFacts;
  private full: RawRecord[][] = [];
  private open: RawRecord[] = [];
  private pushed = 0;

  constructor(facts: ReadFacts, request: ReadRequest) {
    this.facts = facts;
    this.batchSize = request.batchSize ?? DEFAULT_BATCH_SIZE;
    this.maxRecords = request.limits?.maxRecords ?? DEFAULT_READ_LIMITS.maxRecords;
  }

  get count(): number {
    return this.pushed;
  }

  push(fields: readonly FieldValue[]): void {
    if (this.pushed >= this.maxRecords) {
      throw new InletError('source_too_large', {
        detail: `The file holds more than ${this.maxRecords} records.`,
      });
    }
    this.pushed += 1;
    this.open.push({ record: this.pushed, fields });
    if (this.open.length < this.batchSize) return;
    this.full.push(this.open);
    this.open = [];
  }

  *takeFull(): Generator<readonly RawRecord[]> {
    const batches = this.full;
    this.full = [];
    for (const batch of batches) yield this.counted(batch);
  }

  *takeRest(): Generator<readonly RawRecord[]> {
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
  /** Reads what is complete in the block and returns how many bytes need not be seen again. */
  scan(block: Block): number;
  /** Whether the rest of the file need not be read. */
  readonly isDone?: boolean;
}

/** Drives a scanner over a source. An error is thrown after the records before it have been handed out. */
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

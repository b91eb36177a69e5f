import { join } from 'node:path';
import { type Database, open, type RangeOptions, type RootDatabase, type Transaction } from 'lmdb';
import { checkDataFile, DATA_FILE } from './check-data-file.js';
import type { KeyRange } from './key-range.js';
import { reserveLockFile } from './lock-file.js';
import { WriteGate } from './write-gate.js';

/** An entry of a table, copied out of the memory map. */
export interface Entry {
  key: Buffer;
  value: Buffer;
}

export type TableName = 'meta' | 'documents' | 'indexes';

export interface EnvironmentOptions {
  path: string;
  /** `flush`: a commit is on disk when it returns. `commit`: the pointer to it may reach the disk later. */
  durability: 'flush' | 'commit';
  /** Shared with the thread that can end the process. */
  gate?: WriteGate;
}

const ZERO = Buffer.of(0);
const PROBE_KEY = Buffer.from('probe');
const CHUNK_ENTRIES = 256;
const CHUNK_BYTES = 512 * 1024;
/** The memory map is dropped after reading and writing about this much, because its pages count as memory of the process. */
const MAPPED_BYTES_LIMIT = 24 * 1024 * 1024;
/** Estimates of the mapped memory that a commit, a write and a read use; the kernel loads neighbouring pages too. */
const MAPPED_BYTES_PER_COMMIT = 256 * 1024;
const MAPPED_BYTES_PER_WRITE = 256;
const MAPPED_BYTES_PER_READ = 2048;
const NO_OVERWRITE = { noOverwrite: true };
const FLAG_NO_META_SYNC = 0x40000;
const FLAGS_ABORTABLE_SYNCHRONOUS = 3;

/**
 * Three tables of byte keys and values in one LMDB environment, which any number of processes can
 * open. Reads see the newest commit, and inside `commit` also the writes of the work.
 */
export class Environment {
  private readonly options: EnvironmentOptions;
  private readonly gate: WriteGate;
  private root!: RootDatabase<Buffer, Buffer>;
  private tables!: Record<TableName, Database<Buffer, Buffer>>;
  private bytesTouched = 0;
  private isWriting = false;
  private snapshot: Transaction | undefined;

  constructor(options: EnvironmentOptions) {
    this.options = options;
    this.gate = options.gate ?? new WriteGate();
    checkDataFile(join(options.path, DATA_FILE));
    reserveLockFile(options.path);
    this.gate.run(() => this.open());
  }

  private open(): void {
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
    // Without `noSubdir`, the library takes a path with a dot in its name for a file.
    const { path } = this.options;
    this.root = open({ ...binary, path, noSubdir: false, maxDbs: 4, overlappingSync: false });
    const table = (name: string): Database<Buffer, Buffer> => this.root.openDB({ ...binary, name });
    this.tables = { meta: table('meta'), documents: table('docs'), indexes: table('idx') };
    this.bytesTouched = 0;
  }

  /** Waits for the last commit and closes the files. */
  close(): Promise<void> {
    return this.root.close();
  }

  get(table: TableName, key: Buffer): Buffer | undefined {
    this.limitMappedMemory();
    const value = this.tables[table].get(key, this.readOptions());
    if (value !== undefined) this.bytesTouched += Math.max(value.length, MAPPED_BYTES_PER_READ);
    return value;
  }

  /** Adds an entry if the key is new; returns whether it was. */
  putNew(table: TableName, key: Buffer, value: Buffer): boolean {
    this.bytesTouched += MAPPED_BYTES_PER_WRITE;
    return this.tables[table].putSync(key, value, NO_OVERWRITE) as unknown as boolean;
  }

  put(table: TableName, key: Buffer, value: Buffer): void {
    this.bytesTouched += MAPPED_BYTES_PER_WRITE;
    void this.tables[table].put(key, value);
  }

  remove(table: TableName, key: Buffer): void {
    this.bytesTouched += MAPPED_BYTES_PER_WRITE;
    void this.tables[table].remove(key);
  }

  count(table: TableName, range: KeyRange): number {
    return this.tables[table].getKeysCount({ ...range, ...this.readOptions() });
  }

  /** Whether nothing was ever stored. */
  isEmpty(): boolean {
    return this.tables.meta.getKeysCount({ limit: 1 }) === 0;
  }

  keys(table: TableName, range: KeyRange, limit: number): Buffer[] {
    return [...this.tables[table].getKeys({ ...range, limit })];
  }

  /**
   * Reads the entries of a range. Each chunk is a transaction, so that a slow reader pins no pages. It may
   * therefore see later writes, as a cursor of MongoDB may.
   */
  *scan(table: TableName, range: KeyRange, reverse = false): Generator<Entry, void, void> {
    let rest: RangeOptions = reverse
      ? { start: range.end, end: range.start, reverse: true, exclusiveStart: true, inclusiveEnd: true }
      : { start: range.start, end: range.end };
    while (true) {
      this.limitMappedMemory();
      const { chunk, isLast } = this.readChunk(table, rest);
      yield* chunk;
      if (isLast) return;
      const lastKey = (chunk.at(-1) as Entry).key;
      rest = { ...rest, start: reverse ? lastKey : Buffer.concat([lastKey, ZERO]) };
    }
  }

  private readChunk(table: TableName, range: RangeOptions): { chunk: Entry[]; isLast: boolean } {
    const chunk: Entry[] = [];
    let bytes = 0;
    for (const entry of this.tables[table].getRange({ ...range, ...this.readOptions() })) {
      chunk.push(entry);
      bytes += entry.value.length;
      if (chunk.length === CHUNK_ENTRIES || bytes >= CHUNK_BYTES) break;
    }
    this.bytesTouched += bytes;
    return { chunk, isLast: chunk.length < CHUNK_ENTRIES && bytes < CHUNK_BYTES };
  }

  /**
   * Runs `work` in one write transaction and commits it. Waits for the writes of other processes.
   *
   * @throws the error of `work`, after undoing everything, or the reason why the commit failed.
   */
  commit<T>(work: () => T): T {
    const flags =
      FLAGS_ABORTABLE_SYNCHRONOUS | (this.options.durability === 'commit' ? FLAG_NO_META_SYNC : 0);
    this.limitMappedMemory();
    this.bytesTouched += MAPPED_BYTES_PER_COMMIT;
    this.isWriting = true;
    try {
      return this.gate.run(() => this.root.transactionSync(work, flags));
    } finally {
      this.isWriting = false;
    }
  }

  /** Begins a write and undoes it. @throws Error if a page that a write needs cannot be read. */
  probeWriting(): void {
    const undo = new Error('undo');
    try {
      this.commit(() => {
        this.put('meta', PROBE_KEY, ZERO);
        throw undo;
      });
    } catch (error) {
      if (error !== undo) throw error;
    }
  }

  /** Inside `commit`: runs `work` and, if it throws, undoes only its writes. */
  attempt<T>(work: () => T): T {
    // Inside a transaction the library returns the result itself, although its types declare a promise.
    return (this.root.childTransaction(() => ({ result: work() })) as unknown as { result: T }).result;
  }

  /** Runs `work` on one unchanging state of the data. Must not write. */
  read<T>(work: () => T): T {
    const snapshot = this.root.useReadTransaction();
    this.snapshot = snapshot;
    try {
      return work();
    } finally {
      this.snapshot = undefined;
      snapshot.done();
    }
  }

  /** Writes a copy of the newest commit, without its free pages. Other writes may continue. */
  copyTo(path: string): Promise<void> {
    return this.root.backup(path, true);
  }

  private readOptions(): { transaction?: Transaction } {
    return this.snapshot === undefined ? {} : { transaction: this.snapshot };
  }

  private limitMappedMemory(): void {
    if (this.bytesTouched < MAPPED_BYTES_LIMIT || this.isWriting || this.snapshot !== undefined) return;
    this.gate.run(() => {
      void this.root.close();
      this.open();
    });
  }
}

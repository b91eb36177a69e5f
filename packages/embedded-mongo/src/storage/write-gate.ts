const FREE = 0;
const BUSY = 1;
const CLOSED = 2;
const LONGEST_WRITE_MS = 10_000;

/**
 * Keeps a process from ending while its worker thread is inside a transaction. A thread that is
 * stopped there still owns the lock of the storage library, waits for that lock during its shutdown, and the
 * process never ends. Both threads share the memory of the gate.
 */
export class WriteGate {
  readonly memory: SharedArrayBuffer;
  private readonly state: Int32Array;

  constructor(memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.state = new Int32Array(memory);
  }

  /** Runs work that must not be interrupted. */
  run<T>(work: () => T): T {
    if (Atomics.compareExchange(this.state, 0, FREE, BUSY) !== FREE) throw new Error('the process is ending');
    try {
      return work();
    } finally {
      Atomics.store(this.state, 0, FREE);
      Atomics.notify(this.state, 0);
    }
  }

  /** Waits for the running work to end and refuses all later work. Blocks the thread. */
  close(): void {
    const giveUpAt = Date.now() + LONGEST_WRITE_MS;
    while (Atomics.compareExchange(this.state, 0, FREE, CLOSED) === BUSY && Date.now() < giveUpAt) {
      Atomics.wait(this.state, 0, BUSY, 100);
    }
  }
}

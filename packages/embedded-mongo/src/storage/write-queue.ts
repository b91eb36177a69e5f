import { commitFailed } from '../server-error.js';
import type { Environment } from './environment.js';

interface Job {
  work(): unknown;
  sizeBytes: number;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

const GROUP_BYTES = 8 * 1024 * 1024;
const GROUP_MS = 50;

export interface WriteQueueOptions {
  /** Called after work failed, because caches may contain writes that were undone. */
  onStateUnknown(): void;
}

/**
 * Runs pieces of work that write. Those that arrive in one turn of the event loop share one
 * transaction and so one flush to disk. Each is still atomic.
 */
export class WriteQueue {
  private readonly environment: Environment;
  private readonly options: WriteQueueOptions;
  private waiting: Job[] = [];
  private isScheduled = false;

  constructor(environment: Environment, options: WriteQueueOptions) {
    this.environment = environment;
    this.options = options;
  }

  /**
   * Resolves with the result of the work after the commit. `sizeBytes` is an estimate of its writes.
   *
   * @throws the error of the work, or the reason why the commit failed.
   */
  run<T>(work: () => T, sizeBytes = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, sizeBytes, resolve: (result) => resolve(result as T), reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.commitGroup();
      if (this.waiting.length > 0) this.schedule();
    });
  }

  private commitGroup(): void {
    const started: Job[] = [];
    const settle: (() => void)[] = [];
    try {
      this.environment.commit(() => {
        for (const job of this.nextGroup()) {
          started.push(job);
          settle.push(this.attempt(job));
        }
      });
    } catch (reason) {
      this.options.onStateUnknown();
      for (const job of started.length > 0 ? started : this.waiting.splice(0))
        job.reject(commitFailed(reason));
      return;
    }
    for (const inform of settle) inform();
  }

  private *nextGroup(): Generator<Job, void, void> {
    const startedAt = performance.now();
    let bytes = 0;
    while (this.waiting.length > 0 && bytes < GROUP_BYTES && performance.now() - startedAt < GROUP_MS) {
      const job = this.waiting.shift() as Job;
      bytes += job.sizeBytes;
      yield job;
    }
  }

  private attempt(job: Job): () => void {
    try {
      const result = this.environment.attempt(job.work);
      return () => job.resolve(result);
    } catch (reason) {
      this.options.onStateUnknown();
      return () => job.reject(reason);
    }
  }
}

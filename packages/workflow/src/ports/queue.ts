/** Work that is due at a moment, taken once by one worker, and taken over when that worker dies. */
export interface JobQueue {
  /** One tick a job: puts it at `at`, makes it if it is not there, enables it. */
  setTick(tick: { projectId: string; jobId: string; externalUserId: string; at: Date }): Promise<void>;
  /** Keeps the tick but stops it from being taken. */
  disableTick(jobId: string): Promise<void>;
  removeTick(jobId: string): Promise<void>;
  /** Carries a run on at `at`. Once per run: a second call moves it. */
  setRun(work: { projectId: string; runId: string; at: Date }): Promise<void>;
  /** Sends one delivery at `at`, outside of its run. Once per delivery: a second call moves it. */
  setDelivery(work: { projectId: string; deliveryId: string; at: Date }): Promise<void>;
}

/** What a worker is told about the work that it took. */
export interface WorkOptions {
  /** Fires when the worker is asked to stop: finish soon, or hand the work back. */
  readonly signal: AbortSignal;
  /** Somebody took this work before and did not come to its end. */
  readonly isTakenOver?: boolean;
}

/** What becomes of the work afterwards: gone (null), or due again. */
export type WorkResult = { readonly againAt: Date } | null;

export interface WorkHandlers {
  tick(
    work: { projectId: string; jobId: string; externalUserId: string },
    options: WorkOptions,
  ): Promise<WorkResult>;
  run(work: { projectId: string; runId: string }, options: WorkOptions): Promise<WorkResult>;
  delivery(work: { projectId: string; deliveryId: string }, options: WorkOptions): Promise<WorkResult>;
  /** Every half minute, by one worker at a time. */
  maintain(options: WorkOptions): Promise<void>;
}

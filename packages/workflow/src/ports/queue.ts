import type { DeliveryRef, JobRef, RunRef } from './model.js';

/** The work of a tick's queue entry. */
export interface TickWork extends JobRef {
  readonly externalUserId: string;
}

/** Adds the time at which the work is due. */
export type Due<Work> = Work & { readonly at: Date };

/** Work that is due at a moment: taken once by one worker, and taken over if that worker dies. */
export interface JobQueue {
  /** Sets the one tick of a job; creates it or enables it if needed. */
  setTick(tick: Due<TickWork>): Promise<void>;
  /** Keeps the tick, but no worker takes it. */
  disableTick(jobId: string): Promise<void>;
  removeTick(jobId: string): Promise<void>;
  /** Continues a run at `at`. One entry per run: a second call moves it. */
  setRun(run: Due<RunRef>): Promise<void>;
  /** Sends one delivery at `at`, outside of its run. One entry per delivery: a second call moves it. */
  setDelivery(delivery: Due<DeliveryRef>): Promise<void>;
}

export interface WorkOptions {
  /** Fires when the worker is asked to stop: finish soon, or give the work back. */
  readonly signal: AbortSignal;
  /** An earlier worker took this work and did not finish it. */
  readonly isTakenOver?: boolean | undefined;
  /** Workers that take work from the queue at present; default: this one only. */
  readonly workerCount?: number | undefined;
}

/** null if the work is done; else when it is due again. */
export type WorkResult = { readonly againAt: Date } | null;

export interface WorkHandlers {
  tick(work: TickWork, options: WorkOptions): Promise<WorkResult>;
  run(work: RunRef, options: WorkOptions): Promise<WorkResult>;
  delivery(work: DeliveryRef, options: WorkOptions): Promise<WorkResult>;
  /** Every half minute, by one worker at a time. */
  maintain(options: WorkOptions): Promise<void>;
}

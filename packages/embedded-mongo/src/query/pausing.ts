import { ServerError } from '../server-error.js';

/** Yielded by long-running generators from time to time, so that their reader can let other work run. */
export const PAUSE = Symbol('pause');

/** A generator that yields values, and pauses between them. */
export type Pausing<T> = Generator<T | typeof PAUSE, void, void>;

export interface SliceOptions {
  /** The `maxTimeMS` of a command; 0 or undefined for no limit. */
  limitMs?: number | undefined;
}

const SLICE_MS = 15;

/** Lets other work of the event loop run after each slice of time. */
export class TimeSlices {
  private readonly startedAt = performance.now();
  private sliceStartedAt = this.startedAt;
  private readonly limitMs: number;

  constructor({ limitMs }: SliceOptions) {
    this.limitMs = limitMs === undefined || limitMs <= 0 ? Number.POSITIVE_INFINITY : limitMs;
  }

  /** @throws ServerError 50 after the time limit. */
  async pause(): Promise<void> {
    const now = performance.now();
    if (now - this.startedAt > this.limitMs)
      throw new ServerError(50, 'MaxTimeMSExpired', 'operation exceeded time limit');
    if (now - this.sliceStartedAt < SLICE_MS) return;
    await new Promise((resume) => setImmediate(resume));
    this.sliceStartedAt = performance.now();
  }
}

/** Runs a generator to its end in slices of time, and returns its result. */
export async function runInSlices<T, Result>(
  steps: Generator<T | typeof PAUSE, Result, void>,
  each: (value: T) => void,
  options: SliceOptions,
): Promise<Result> {
  const slices = new TimeSlices(options);
  while (true) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (step.value === PAUSE) await slices.pause();
    else each(step.value as T);
  }
}

/** Yields the values alone, for synchronous callers. */
export function* skipPauses<T>(steps: Pausing<T>): Generator<T, void, void> {
  for (const step of steps) if (step !== PAUSE) yield step as T;
}

export function* mapPausing<T, U>(steps: Pausing<T>, change: (value: T) => U): Pausing<U> {
  for (const step of steps) yield step === PAUSE ? PAUSE : change(step as T);
}

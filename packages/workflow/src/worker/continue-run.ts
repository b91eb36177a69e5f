import { isFinished } from '@inlet/contracts';
import { queueClosingEvent } from '../execution/closing-event.js';
import { runImport } from '../execution/run-import.js';
import type { Context } from '../ports/context.js';
import type { RunRef } from '../ports/model.js';
import type { WorkResult } from '../ports/queue.js';
import { type SlottedWorkOptions, takeSlot } from './run-slots.js';

/** Continues a run that a person started, that was requeued, or whose worker died. */
export async function continueRun(
  context: Context,
  ref: RunRef,
  options: SlottedWorkOptions,
): Promise<WorkResult> {
  const run = await context.store.runs.get(ref);
  const job = run && (await context.store.jobs.get(run));
  if (!job) return null;
  const freeSlot = await takeSlot(options, job);
  if (!freeSlot) return { againAt: context.now() };
  try {
    const result = await runImport(context, ref, options);
    if (result.kind === 'requeued') return { againAt: result.until };
    return result.kind === 'not_leased' ? watchRun(context, ref) : null;
  } finally {
    freeSlot();
  }
}

/**
 * Comes back to a run that another worker executes when its lease ends, since that worker may die. If the run has
 * finished, its closing event may still be pending.
 */
async function watchRun(context: Context, ref: RunRef): Promise<WorkResult> {
  const run = await context.store.runs.get(ref);
  if (!run) return null;
  if (!isFinished(run.outcome)) return run.leaseUntil && { againAt: soonestEnd(context, run.leaseUntil) };
  await queueClosingEvent(context, run);
  return null;
}

/** No lease lasts longer than this unless a clock was ahead, and maintenance then shortens it. */
function soonestEnd({ now, settings }: Context, leaseUntil: Date): Date {
  return new Date(Math.min(leaseUntil.getTime(), now().getTime() + settings.leaseMs));
}

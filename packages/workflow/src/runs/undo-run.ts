import { InletError, type RunView, type UndoPlan } from '@inlet/contracts';
import type { Caller } from '../access/caller.js';
import { undoRows } from '../ingest/undo-rows.js';
import type { Context } from '../ports/context.js';
import { type Job, jobRef, type Run, runRef } from '../ports/model.js';
import { newRun } from './new-run.js';
import { findUndoableRun } from './undoable-run.js';
import { viewRun } from './view-run.js';

/** Time that a request may take to count the rows. */
const MAX_COUNT_MS = 4000;
/** Rows after which the time is looked at. */
const ROWS_BETWEEN = 1000;

/** Counts the rows that an undo would take back, and those that it would leave. Changes nothing. */
export async function planUndo(
  context: Context,
  caller: Caller,
  { runId }: { runId: string },
): Promise<UndoPlan> {
  const run = await findUndoableRun(context, caller, runId);
  const counts = { removed: 0, restored: 0, sentAgain: 0, valuesUnknown: 0 };
  const end = context.now().getTime() + MAX_COUNT_MS;
  let rows = 0;
  for await (const { kind } of undoRows(context, run)) {
    counts[kind] += 1;
    rows += 1;
    if (rows % ROWS_BETWEEN === 0 && context.now().getTime() > end)
      return { runId, ...counts, isComplete: false, undoneBy: run.undoneBy };
  }
  return { runId, ...counts, isComplete: true, undoneBy: run.undoneBy };
}

/**
 * Starts the run that takes the rows of a run back. A second request returns the first undo, unless that has failed.
 *
 * @throws InletError run_not_found, run_not_undoable, run_already_active, template_not_found, template_no_destination
 */
export async function undoRun(
  context: Context,
  caller: Caller,
  { runId }: { runId: string },
): Promise<RunView> {
  const run = await findUndoableRun(context, caller, runId);
  const { projectId, undoneBy } = run;
  const [job, template] = await Promise.all([context.store.jobs.get(run), context.store.templates.get(run)]);
  if (!job || !template) throw new InletError('template_not_found');
  const earlier = undoneBy === null ? null : await context.store.runs.get({ projectId, runId: undoneBy });
  if (earlier && !hasFailed(earlier)) {
    // The process may have ended after it stored the run and before it queued it.
    if (earlier.outcome === 'queued' && job.activeRunId === null)
      await activate(context, { job, run, undo: earlier });
    return viewRun(earlier, caller);
  }
  if (!template.destination) throw new InletError('template_no_destination');
  if (template.destination.kind !== 'webhook') throw new InletError('destination_needs_server');
  if (job.activeRunId) throw new InletError('run_already_active', { extra: { runId: job.activeRunId } });
  const undo = newRun(context, { job, template }, { trigger: 'undo', undoes: run, extra: run.about.extra });
  await context.store.runs.insert(undo);
  if (!(await context.store.runs.setUndo(runRef(run), { from: undoneBy, to: undo.id }))) {
    await context.store.runs.remove(runRef(undo), { owner: null });
    return undoRun(context, caller, { runId });
  }
  await activate(context, { job, run, undo });
  return viewRun(undo, caller);
}

const hasFailed = ({ outcome }: Run): boolean => outcome === 'failed' || outcome === 'cancelled';

interface NewUndo {
  readonly job: Job;
  readonly run: Run;
  readonly undo: Run;
}

async function activate(context: Context, { job, run, undo }: NewUndo): Promise<void> {
  const isActive =
    (await context.store.jobs.setActiveRun(jobRef(job), { runId: undo.id, tick: null })) !== null ||
    (await context.store.jobs.get(jobRef(job)))?.activeRunId === undo.id;
  if (isActive) return context.queue.setRun({ ...runRef(undo), at: context.now() });
  await context.store.runs.setUndo(runRef(run), { from: undo.id, to: null });
  await context.store.runs.remove(runRef(undo), { owner: null });
  throw new InletError('run_already_active');
}

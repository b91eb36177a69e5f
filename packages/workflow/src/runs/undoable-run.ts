import { InletError, isFinished } from '@inlet/contracts';
import { findVisibleRun } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type Run, runRef } from '../ports/model.js';

/** @throws InletError run_not_found, run_not_undoable */
export async function findUndoableRun(
  context: Pick<Context, 'store'>,
  caller: Caller,
  runId: string,
): Promise<Run> {
  const run = await findVisibleRun(context, caller, runId);
  if (run.upload === null) throw notUndoable('It has not sent the rows of an upload.');
  if (!isFinished(run.outcome)) throw notUndoable('It still sends its rows.');
  const { acknowledged } = await context.store.deliveries.summarize(runRef(run));
  if (acknowledged.rows === 0)
    throw notUndoable('None of its rows was accepted, or they are no longer stored.');
  return run;
}

const notUndoable = (detail: string) => new InletError('run_not_undoable', { detail });

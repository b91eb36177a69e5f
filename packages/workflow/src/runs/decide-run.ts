import {
  type Decision,
  type DiscardRequest,
  InletError,
  type ReleaseRequest,
  type RunView,
} from '@inlet/contracts';
import { findDecidableRun, findVisibleRun } from '../access/authorize.js';
import { type Caller, requireUserId } from '../access/caller.js';
import { queueClosingEvent } from '../execution/closing-event.js';
import type { Context } from '../ports/context.js';
import { type Run, runRef } from '../ports/model.js';
import { viewRun } from './view-run.js';

/** Sends the rows of a held run: it becomes the job's active run again and goes on like any other. */
export async function releaseHeldRun(
  context: Context,
  caller: Caller,
  { runId, ...request }: ReleaseRequest & { readonly runId: string },
): Promise<RunView> {
  const run = await findHeld(context, caller, runId);
  const job = await context.store.jobs.get(run);
  if (job?.activeRunId) throw new InletError('run_already_active', { extra: { runId: job.activeRunId } });
  return decide(context, caller, { run, choice: { action: 'release', ...request } });
}

/** Drops the rows of a held run, which ends as cancelled. */
export async function discardHeldRun(
  context: Context,
  caller: Caller,
  { runId, ...request }: DiscardRequest & { readonly runId: string },
): Promise<RunView> {
  const run = await findHeld(context, caller, runId);
  return decide(context, caller, { run, choice: { action: 'discard', ...request } });
}

async function findHeld(context: Context, caller: Caller, runId: string): Promise<Run> {
  const run = await findDecidableRun(context, caller, runId);
  if (run.outcome !== 'held' || run.isDryRun) throw undecidable(run);
  return run;
}

interface Choice {
  readonly run: Run;
  readonly choice:
    | ({ readonly action: 'release' } & ReleaseRequest)
    | ({ readonly action: 'discard' } & DiscardRequest);
}

/** Stores the decision, in one operation, so that only one person makes it. A worker carries it out. */
async function decide(context: Context, caller: Caller, { run, choice }: Choice): Promise<RunView> {
  const now = context.now();
  const decided = await context.store.runs.decide(runRef(run), {
    decision: { ...choice, by: deciderOf(caller), at: now.toISOString() },
    decisionDeliveryId: context.newId('dlv'),
    closingDeliveryId: context.newId('dlv'),
    now,
  });
  if (!decided) throw undecidable(await findVisibleRun(context, caller, run.id));
  await context.queue.setRun({ ...runRef(run), at: now });
  // Its worker may have died before it sent `import.held`, and the run has another closing event from now on.
  await queueClosingEvent(context, run);
  return viewRun(decided, caller);
}

const deciderOf = ({ user }: Caller): Decision['by'] =>
  user ? { kind: 'user', externalUserId: requireUserId(user) } : { kind: 'host' };

function undecidable({ decision, replacedBy }: Run): InletError {
  if (decision) return new InletError('run_decided_already', { extra: { decision } });
  if (replacedBy !== null) return new InletError('run_replaced', { extra: { replacedBy } });
  return new InletError('run_not_held');
}

import {
  type Decision,
  type DiscardRequest,
  type Identity,
  InletError,
  type ReleaseRequest,
  type RunView,
} from '@inlet/contracts';
import { findDecidableRun, findTemplate, findVisibleRun } from '../access/authorize.js';
import { type Caller, requireUserId } from '../access/caller.js';
import { queueClosingEvent } from '../execution/closing-event.js';
import { jobIdentity } from '../ingest/row-identity-setting.js';
import { checkIdentityColumns } from '../jobs/check-selection.js';
import type { Context } from '../ports/context.js';
import { type Job, type Run, runRef } from '../ports/model.js';
import { withColumns } from '../templates/with-columns.js';
import { viewRun } from './view-run.js';

/**
 * Sends the rows of a held run: it becomes the job's active run again and goes on like any other. With another identity
 * for the job, it reads its source again first.
 */
export async function releaseHeldRun(
  context: Context,
  caller: Caller,
  { runId, reason, removals, identifyBy = null }: ReleaseInput,
): Promise<RunView> {
  const run = await findHeld(context, caller, runId);
  const job = await context.store.jobs.get(run);
  if (job?.activeRunId) throw new InletError('run_already_active', { extra: { runId: job.activeRunId } });
  if (job && identifyBy) await checkIdentityChange(context, caller, { run, job, identifyBy });
  return decide(context, caller, { run, choice: { action: 'release', reason, removals, identifyBy } });
}

interface ReleaseInput extends Omit<ReleaseRequest, 'identifyBy'> {
  readonly runId: string;
  readonly identifyBy?: Identity | null | undefined;
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

interface IdentityChange {
  readonly run: Run;
  readonly job: Job;
  readonly identifyBy: Identity;
}

async function checkIdentityChange(
  context: Context,
  caller: Caller,
  { run, job, identifyBy }: IdentityChange,
): Promise<void> {
  if (run.held?.rule !== 'churn')
    throw notIdentifying('Only a run that was held by `churn` takes an identity');
  const template = withColumns(await findTemplate(context, caller, job.templateId), job.columns);
  const { mapping } = job;
  checkIdentityColumns(template.columns, { identity: identifyBy, mapping, path: 'identifyBy' });
  if (!jobIdentity({ ...job, identity: identifyBy }, template).isChanged)
    throw notIdentifying('Items are identified in this way already');
}

const notIdentifying = (message: string): InletError =>
  new InletError('invalid_request', { detail: message, errors: [{ path: 'identifyBy', message }] });

type Undated<Of> = Of extends Decision ? Omit<Of, 'by' | 'at'> : never;

interface Choice {
  readonly run: Run;
  readonly choice: Undated<Decision>;
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

import { isDeepStrictEqual } from 'node:util';
import { InletError } from '@inlet/contracts';
import { findVisibleFeed, type JobAddress } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type FeedJob, type Job, type JobChanges, jobRef } from '../ports/model.js';

export interface JobChangeToApply {
  readonly address: JobAddress;
  /** Checks the change and computes it from the stored job. */
  readonly compute: (job: FeedJob) => Promise<JobChanges> | JobChanges;
}

/**
 * Changes a job as a person asks for. If another person changes it at the same moment, the slower change is refused. If
 * a run does, because it fails too often or is released with another identity, the change is computed again.
 *
 * @throws InletError `job_changed_meanwhile`
 */
export async function applyChange(
  context: Context,
  caller: Caller,
  { address, compute }: JobChangeToApply,
): Promise<Job> {
  let before = await findVisibleFeed(context, caller, address);
  for (;;) {
    const job = await context.store.jobs.change(jobRef(before), {
      changes: await compute(before),
      expectedRevision: before.revision,
      now: context.now(),
    });
    if (job) return job;
    const after = await findVisibleFeed(context, caller, address);
    if (!isChangedByRun(before, after)) throw new InletError('job_changed_meanwhile');
    before = after;
  }
}

/** Whether only runs have changed the settings of a job: one paused it, or brought it the identity of a release. */
function isChangedByRun(before: FeedJob, after: FeedJob): boolean {
  const isPausedByRun =
    before.status !== 'paused' && after.status === 'paused' && after.pausedBecause !== null;
  const isReleased = after.heldRunId !== null && after.heldRunId === after.activeRunId;
  return isDeepStrictEqual(settingsOf(after), {
    ...settingsOf(before),
    ...(isPausedByRun && { status: after.status, pausedBecause: after.pausedBecause }),
    ...(isReleased && { identity: after.identity }),
  });
}

/** The fields that a person changes, apart from those that follow from the schedule and from runs. */
const SETTINGS = [
  'label',
  'status',
  'pausedBecause',
  'source',
  'recordPath',
  'parseOptions',
  'mapping',
  'identity',
  'firstRun',
  'filter',
  'columns',
  'schedule',
  'overlap',
  'changeDetection',
  'guardRails',
  'whenHeld',
  'extra',
  'temporaryUntil',
] as const satisfies readonly (keyof FeedJob)[];

const settingsOf = (job: FeedJob) => Object.fromEntries(SETTINGS.map((name) => [name, job[name]]));

import { InletError, type Session } from '@inlet/contracts';
import { findJob } from '../jobs/find-job.js';
import type { Context } from '../ports/context.js';
import type { Job, Run } from '../ports/model.js';
import { findRun } from '../runs/get-run.js';

/** Who the session belongs to. Refuses a session without a user. */
export function userOf({ externalUserId }: Session): string {
  if (externalUserId === null) throw new InletError('user_unknown');
  return externalUserId;
}

/** A job of the session's user and template. Another's is not there. */
export async function findOwnJob(
  context: Context,
  { session, jobId }: { session: Session; jobId: string },
): Promise<Job> {
  const job = await findJob(context, { projectId: session.projectId, jobId });
  if (!isOwn(job, session)) throw new InletError('job_not_found');
  return job;
}

/** A run of the session's user and template. Another's is not there. */
export async function findOwnRun(
  context: Context,
  { session, runId }: { session: Session; runId: string },
): Promise<Run> {
  const run = await findRun(context, { projectId: session.projectId, runId });
  if (!isOwn(run, session)) throw new InletError('run_not_found');
  return run;
}

function isOwn(thing: { externalUserId: string; templateId: string }, session: Session): boolean {
  return thing.externalUserId === userOf(session) && thing.templateId === session.templateId;
}

import { InletError, type Session } from '@inlet/contracts';
import { findJob } from '../jobs/find-job.js';
import type { Job, Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import { findRun } from '../runs/get-run.js';

/** Who the session belongs to. Refuses a session without a user. */
export function userOf({ externalUserId }: Session): string {
  if (externalUserId === null) throw new InletError('user_unknown');
  return externalUserId;
}

/** A job of the session's user and template. Another's is not there. */
export async function findOwnJob(
  world: World,
  { session, jobId }: { session: Session; jobId: string },
): Promise<Job> {
  const job = await findJob(world, { projectId: session.projectId, jobId });
  if (!isOwn(job, session)) throw new InletError('job_not_found');
  return job;
}

/** A run of the session's user and template. Another's is not there. */
export async function findOwnRun(
  world: World,
  { session, runId }: { session: Session; runId: string },
): Promise<Run> {
  const run = await findRun(world, { projectId: session.projectId, runId });
  if (!isOwn(run, session)) throw new InletError('run_not_found');
  return run;
}

function isOwn(thing: { externalUserId: string; templateId: string }, session: Session): boolean {
  return thing.externalUserId === userOf(session) && thing.templateId === session.templateId;
}

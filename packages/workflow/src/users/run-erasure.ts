import { setTimeout as wait } from 'node:timers/promises';
import { leaseClaims } from '../execution/lease-claims.js';
import { removeWithRuns } from '../jobs/remove-job.js';
import type { Context } from '../ports/context.js';
import type { Erasure, ErasureRef } from '../ports/erasures.js';
import { type Job, jobRef } from '../ports/model.js';
import { removeWithContents } from '../uploads/remove-upload.js';

const AT_A_TIME = 50;
const POLL_MS = 200;
/** How long a finished erasure can be read. */
const KEEP_MS = 30 * 86_400_000;

/** Carries an erasure out in this process, unless some process does it already. */
export function startErasure(context: Context, ref: ErasureRef): void {
  context.background.start(`erase ${ref.erasureId}`, (signal) => runErasure(context, ref, signal));
}

/** Takes over erasures whose process has died. */
export async function resumeErasures(context: Context): Promise<void> {
  const abandoned = await context.store.erasures.listAbandoned({ before: context.now(), limit: AT_A_TIME });
  for (const { projectId, id: erasureId } of abandoned) startErasure(context, { projectId, erasureId });
}

interface ErasureWork {
  readonly erasure: Erasure & { readonly externalUserId: string };
  /** Renews the lease. @throws Error if it is lost, or the process stops */
  readonly goOn: () => Promise<void>;
}

/**
 * Stops the runs of the user, then removes uploads, jobs and what was remembered, and looks again: a session that is
 * still open may still make something. Each step can be repeated.
 */
async function runErasure(context: Context, ref: ErasureRef, signal: AbortSignal): Promise<void> {
  const claim = leaseClaims(context);
  const lease = () => context.store.erasures.lease(ref, claim());
  const found = await lease();
  if (!found || found.externalUserId === null) return;
  const erasure = { ...found, externalUserId: found.externalUserId };
  const goOn = async () => {
    signal.throwIfAborted();
    if (!(await lease())) throw new Error('another process carries the erasure out');
  };
  while (await eraseOnce(context, { erasure, goOn }));
  const now = context.now();
  await context.store.erasures.finish(ref, { now, expiresAt: new Date(now.getTime() + KEEP_MS) });
  const { counts } = (await context.store.erasures.get(ref)) ?? erasure;
  context.log.info({ ...ref, counts }, 'erased a user');
}

/** Returns whether there was anything to remove. */
async function eraseOnce(context: Context, work: ErasureWork): Promise<boolean> {
  const { projectId, externalUserId } = work.erasure;
  const jobs = await listJobs(context, work);
  for (const job of jobs) await stopRun(context, job, work);
  const uploads = await eraseUploads(context, work);
  for (const job of jobs) {
    await work.goOn();
    await removeWithRuns(context, job);
    await context.store.erasures.addCounts(refOf(work), { jobs: 1 });
  }
  await context.store.fileMemories.removeOfUser({ projectId, externalUserId });
  return jobs.length + uploads > 0;
}

const refOf = ({ erasure: { projectId, id } }: ErasureWork): ErasureRef => ({ projectId, erasureId: id });

async function listJobs({ store }: Context, { erasure }: ErasureWork): Promise<Job[]> {
  const { projectId, externalUserId } = erasure;
  const query = { externalUserId, withTemporary: true, limit: AT_A_TIME };
  const feeds = await store.jobs.listOfUser(projectId, { ...query, kind: 'feed' });
  const uploads = await store.jobs.listOfUser(projectId, { ...query, kind: 'upload' });
  return [...feeds.items, ...uploads.items];
}

/** Cancels the run of a job and waits for its end, as long as a worker may need to notice. */
async function stopRun(
  context: Context,
  { projectId, id, activeRunId }: Job,
  work: ErasureWork,
): Promise<void> {
  if (activeRunId === null) return;
  const run = { projectId, runId: activeRunId };
  if (!(await context.store.runs.requestCancel(run))) return;
  await context.queue.setRun({ ...run, at: context.now() });
  const end = context.now().getTime() + context.settings.leaseMs;
  while (context.now().getTime() < end) {
    await work.goOn();
    const job = await context.store.jobs.get(jobRef({ projectId, id }));
    if (job?.activeRunId !== activeRunId) return;
    await wait(POLL_MS);
  }
}

async function eraseUploads(context: Context, work: ErasureWork): Promise<number> {
  const { projectId, externalUserId } = work.erasure;
  for (let count = 0; ; ) {
    const { items } = await context.store.uploads.list(projectId, { externalUserId, limit: AT_A_TIME });
    if (items.length === 0) return count;
    for (const upload of items) {
      await work.goOn();
      await removeWithContents(context, upload);
      await context.store.erasures.addCounts(refOf(work), { uploads: 1 });
    }
    count += items.length;
  }
}

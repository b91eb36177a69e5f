import type {
  JobView,
  Page,
  PageQuery,
  ProposedChanges,
  RunView,
  Session,
  WidgetCreatedJob,
  WidgetJobInput,
  WidgetJobPatch,
  WidgetJobView,
} from '@inlet/contracts';
import { changeJob } from '../jobs/change-job.js';
import { createJob } from '../jobs/create-job.js';
import { pauseJob } from '../jobs/pause-job.js';
import { removeJob } from '../jobs/remove-job.js';
import { resumeJob } from '../jobs/resume-job.js';
import { viewJob } from '../jobs/view-job.js';
import type { Context } from '../ports/context.js';
import { listRuns } from '../runs/get-run.js';
import { runJob } from '../runs/run-job.js';
import { findOwnJob, userOf } from './find-own.js';
import { viewForUser, viewRunForUser } from './view-for-user.js';

/** What the user of a session can do with their jobs. All of it is about that user and the session's template. */
interface Asking {
  readonly session: Session;
  /** Language of the words in the answer, such as `de` or `pt-BR`; default English. */
  readonly locale?: string | undefined;
}
interface OwnJob extends Asking {
  readonly jobId: string;
}

export async function createSessionJob(
  context: Context,
  { session, locale, input }: Asking & { input: WidgetJobInput },
): Promise<WidgetCreatedJob> {
  const { projectId, templateId, extra, columns } = session;
  const { job, run } = await createJob(context, {
    projectId,
    input: { ...input, templateId, externalUserId: userOf(session), extra },
    columns,
  });
  return { job: viewForUser(job, { locale }), run: run && viewRunForUser(run) };
}

export async function listSessionJobs(
  context: Context,
  { session, locale, page }: Asking & { page: PageQuery },
): Promise<Page<WidgetJobView>> {
  const { projectId, templateId } = session;
  const { items, nextCursor } = await context.store.jobs.listOfUser(projectId, {
    ...page,
    externalUserId: userOf(session),
    templateId,
  });
  return { items: items.map((job) => viewForUser(viewJob(job), { locale })), nextCursor };
}

export async function getSessionJob(context: Context, own: OwnJob): Promise<WidgetJobView> {
  return viewForUser(viewJob(await findOwnJob(context, own)), own);
}

/** A new mapping was made for the columns that the session shows, so the job takes these over with it. */
export async function changeSessionJob(
  context: Context,
  { patch, ...own }: OwnJob & { patch: WidgetJobPatch },
): Promise<WidgetJobView> {
  const { columns } = own.session;
  const newColumns = patch.mapping && columns ? { columns } : {};
  return viewForUser(
    await changeJob(context, { ...(await ownIds(context, own)), patch, ...newColumns }),
    own,
  );
}

export async function removeSessionJob(context: Context, own: OwnJob): Promise<void> {
  await removeJob(context, await ownIds(context, own));
}

export const pauseSessionJob = acting(pauseJob);
export const resumeSessionJob = acting(resumeJob);

/** As with a change, a mapping to be tried out was made for the columns that the session shows. */
export async function runSessionJob(
  context: Context,
  { isDryRun, changes, ...own }: OwnJob & { isDryRun: boolean; changes?: ProposedChanges | undefined },
): Promise<RunView> {
  const { columns } = own.session;
  const newColumns = changes?.mapping && columns ? { columns } : {};
  return viewRunForUser(
    await runJob(context, { ...(await ownIds(context, own)), isDryRun, changes, ...newColumns }),
  );
}

export async function listSessionRuns(
  context: Context,
  { page, ...own }: OwnJob & { page: PageQuery },
): Promise<Page<RunView>> {
  const { items, nextCursor } = await listRuns(context, { ...(await ownIds(context, own)), page });
  return { items: items.map(viewRunForUser), nextCursor };
}

type JobAction = (context: Context, ids: { projectId: string; jobId: string }) => Promise<JobView>;

function acting(act: JobAction): (context: Context, own: OwnJob) => Promise<WidgetJobView> {
  return async (context, own) => viewForUser(await act(context, await ownIds(context, own)), own);
}

/** What the use cases of the API want, once the job is known to be the user's. */
async function ownIds(context: Context, own: OwnJob): Promise<{ projectId: string; jobId: string }> {
  const { projectId, id: jobId } = await findOwnJob(context, own);
  return { projectId, jobId };
}

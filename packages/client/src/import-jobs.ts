import type { FeedJobView, JobView, RunView, UploadJobView } from '@inlet/contracts';
import type { JobChange, NewJob, RunQuestion } from './input-types.js';
import { type PageSource, pageSource } from './page-source.js';
import type { CallOptions, PostOptions, Sender } from './send-request.js';

export interface CreatedJob {
  readonly job: FeedJobView;
  /** The first run if `runNow` is set; else null. */
  readonly run: RunView | null;
}

const pathOf = (jobId: string): string => `/import-jobs/${encodeURIComponent(jobId)}`;
const pathOfUser = (externalUserId: string): string =>
  `/import-jobs/user/${encodeURIComponent(externalUserId)}`;

/** Import jobs of your users. */
export const importJobCalls = (sender: Sender) => ({
  create: (job: NewJob, options?: PostOptions): Promise<CreatedJob> =>
    sender.json({ method: 'POST', path: '/import-jobs', body: job, options }),

  /** Jobs with a source, newest first. */
  listOfUser: (externalUserId: string): PageSource<FeedJobView> =>
    pageSource(sender, pathOfUser(externalUserId)),

  /** The jobs that take the rows of the user's uploads, one for each template; newest first. */
  listUploadJobsOfUser: (externalUserId: string): PageSource<UploadJobView> =>
    pageSource(sender, pathOfUser(externalUserId), { kind: 'upload' }),

  get: (jobId: string, options?: CallOptions): Promise<JobView> =>
    sender.json({ method: 'GET', path: pathOf(jobId), options }),

  /** A new source, mapping or schedule takes effect at the next run. */
  change: (jobId: string, change: JobChange, options?: CallOptions): Promise<FeedJobView> =>
    sender.json({ method: 'PATCH', path: pathOf(jobId), body: change, options }),

  pause: (jobId: string, options?: CallOptions): Promise<FeedJobView> =>
    sender.json({ method: 'PUT', path: `${pathOf(jobId)}/pause`, options }),

  /** The next run is computed from the current time. */
  resume: (jobId: string, options?: CallOptions): Promise<FeedJobView> =>
    sender.json({ method: 'PUT', path: `${pathOf(jobId)}/resume`, options }),

  /** Deletes the job and its state. */
  remove: (jobId: string, options?: CallOptions): Promise<void> =>
    sender.json({ method: 'DELETE', path: pathOf(jobId), options }),

  /** Like `remove`, but throws `job_not_found` unless the job belongs to this user. */
  removeOfUser: (externalUserId: string, jobId: string, options?: CallOptions): Promise<void> =>
    sender.json({
      method: 'DELETE',
      path: `${pathOfUser(externalUserId)}/${encodeURIComponent(jobId)}`,
      options,
    }),

  /**
   * Runs the job now; its schedule stays unchanged. A dry run delivers nothing and reports what would be sent. With
   * `changes` it runs as if the job had these changes.
   */
  run: (jobId: string, { dryRun, changes, ...options }: RunQuestion & PostOptions = {}): Promise<RunView> =>
    sender.json({
      method: 'POST',
      path: `${pathOf(jobId)}/run`,
      body: { dryRun: dryRun ?? false, changes },
      options,
    }),

  /** Forgets the items of earlier runs, so that the next run sends everything as new. */
  reset: (jobId: string, options?: PostOptions): Promise<FeedJobView> =>
    sender.json({ method: 'POST', path: `${pathOf(jobId)}/reset`, options }),

  /** Newest first. */
  listRuns: (jobId: string): PageSource<RunView> => pageSource(sender, `${pathOf(jobId)}/runs`),
});

import { InletError } from '@inlet/contracts';
import { findTemplate, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { removeWithRuns } from '../jobs/remove-job.js';
import type { Context } from '../ports/context.js';
import { isSeenByHost, type Job } from '../ports/model.js';

export interface TemplateRemoval {
  readonly templateId: string;
  /** Remove its import jobs too; default: refuse while there are any. */
  readonly isForced: boolean;
}

export async function removeTemplate(
  context: Pick<Context, 'store' | 'queue' | 'now'>,
  caller: Caller,
  { templateId: idOrCode, isForced }: TemplateRemoval,
): Promise<void> {
  requireHost(caller);
  const { projectId } = caller;
  const { id: templateId } = await findTemplate(context, caller, idOrCode);
  const jobs = await context.store.jobs.listOfTemplate({ projectId, templateId });
  const using = jobs.filter(isSeenByHost);
  if (using.length > 0 && !isForced) {
    throw new InletError('template_in_use', {
      extra: {
        jobs: using.map(({ id, label, externalUserId }) => ({
          jobId: id,
          label,
          externalUserId,
          reasons: ['the job would be removed too'],
        })),
      },
    });
  }
  await removeJobs(context, jobs);
  await context.store.templates.remove({ projectId, templateId });
  // Jobs that were created during the removal. One that is stored after this finds that its template is gone.
  await removeJobs(context, await context.store.jobs.listOfTemplate({ projectId, templateId }));
}

async function removeJobs(
  context: Pick<Context, 'store' | 'queue' | 'now'>,
  jobs: readonly Job[],
): Promise<void> {
  for (const job of jobs) await removeWithRuns(context, job);
}

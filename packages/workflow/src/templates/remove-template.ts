import { InletError } from '@inlet/contracts';
import { removeJob } from '../jobs/remove-job.js';
import type { Context } from '../ports/context.js';
import { findTemplate } from './find-template.js';

/** Removes a template. Forced, it takes its import jobs with it. */
export async function removeTemplate(
  context: Context,
  options: { projectId: string; templateId: string; isForced: boolean },
): Promise<void> {
  const { projectId, templateId, isForced } = options;
  await findTemplate(context, options);
  const jobs = await context.store.jobs.listOfTemplate(projectId, templateId);
  if (jobs.length > 0 && !isForced) {
    throw new InletError('template_in_use', {
      extra: {
        jobs: jobs.map(({ id, label, externalUserId }) => ({
          jobId: id,
          label,
          externalUserId,
          reasons: ['the job would be removed too'],
        })),
      },
    });
  }
  for (const job of jobs) await removeJob(context, { projectId, jobId: job.id });
  await context.store.templates.remove(projectId, templateId);
}

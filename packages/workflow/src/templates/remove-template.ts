import { InletError } from '@inlet/contracts';
import { findTemplate, requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { removeJob } from '../jobs/remove-job.js';
import type { Context } from '../ports/context.js';
import { isSeenByHost } from '../ports/model.js';

export interface TemplateRemoval {
  readonly templateId: string;
  /** Remove its import jobs too; default: refuse while there are any. */
  readonly isForced: boolean;
}

export async function removeTemplate(
  context: Pick<Context, 'store' | 'queue'>,
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
  for (const job of jobs) await removeJob(context, caller, { jobId: job.id });
  await context.store.templates.remove({ projectId, templateId });
}

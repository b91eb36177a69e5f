import type { InletClient } from '@inlet/client';
import { InletError, type JobView } from '@inlet/contracts';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

const schema = { hide: true, params: z.object({ jobId: z.string().max(100) }) };

/**
 * Lets users of the host control their imports: the backend knows the user, checks whose job it is, and has the
 * secret key.
 */
export const jobRoutes =
  (inlet: InletClient, { userId }: { userId: string }): FastifyPluginAsyncZod =>
  async (app) => {
    const ownJob = async (jobId: string): Promise<JobView> => {
      const job = await inlet.importJobs.get(jobId);
      if (job.externalUserId !== userId) throw new InletError('job_not_found');
      return job;
    };

    app.post('/:jobId/pause', { schema }, async ({ params }) =>
      inlet.importJobs.pause((await ownJob(params.jobId)).id),
    );

    app.post('/:jobId/resume', { schema }, async ({ params }) =>
      inlet.importJobs.resume((await ownJob(params.jobId)).id),
    );

    app.post('/:jobId/run', { schema }, async ({ params }) =>
      inlet.importJobs.run((await ownJob(params.jobId)).id),
    );

    app.delete('/:jobId', { schema }, async ({ params }, reply) => {
      await inlet.importJobs.removeOfUser(userId, params.jobId);
      return reply.code(204).send();
    });
  };

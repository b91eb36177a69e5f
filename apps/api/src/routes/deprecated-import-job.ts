import { externalUserIdSchema, InletError, jobViewSchema } from '@inlet/contracts';
import { type Context, getJob, pauseJob, removeJob, resumeJob } from '@inlet/workflow';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { projectIdOf } from '../plugins/authentication.js';
import { noContent, pathId } from './route-schemas.js';

/** 2026-01-01T00:00:00Z, in the form of RFC 9745, section 2.1. */
const DEPRECATED_SINCE = '@1767225600';

const shared = { tags: ['Import jobs (old addresses)'], deprecated: true };
const params = z.strictObject({ jobId: pathId });
const userJobParams = z.strictObject({ externalUserId: externalUserIdSchema, jobId: pathId });
const ACTIONS = [
  { name: 'pause', act: pauseJob },
  { name: 'resume', act: resumeJob },
] as const;
const METHODS = ['GET', 'PUT'] as const;

/**
 * The addresses as the product that Inlet replaces documents them: singular, and pause and resume also with
 * GET. They do the same as the new ones and say where those are.
 */
export const deprecatedImportJobRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    for (const { name, act } of ACTIONS)
      for (const method of METHODS)
        app.route({
          method,
          url: `/import-job/user/:jobId/${name}`,
          schema: {
            ...shared,
            operationId: `${name}JobOld${method === 'GET' ? 'WithGet' : ''}`,
            summary: `Use PUT /v1/import-jobs/user/{jobId}/${name}`,
            params,
            response: { 200: jobViewSchema },
          },
          handler: (request, reply) => {
            const { jobId } = request.params;
            markDeprecated(reply, `/v1/import-jobs/user/${encodeURIComponent(jobId)}/${name}`);
            return act(context, { projectId: projectIdOf(request), jobId });
          },
        });

    app.get(
      '/import-job/user/:externalUserId/:jobId',
      {
        schema: {
          ...shared,
          operationId: 'getJobOfUserOld',
          summary: 'Use GET /v1/import-jobs/{jobId}',
          params: userJobParams,
          response: { 200: jobViewSchema },
        },
      },
      async (request, reply) => {
        const { externalUserId, jobId } = request.params;
        markDeprecated(reply, `/v1/import-jobs/${encodeURIComponent(jobId)}`);
        const job = await getJob(context, { projectId: projectIdOf(request), jobId });
        if (job.externalUserId !== externalUserId) throw new InletError('job_not_found');
        return job;
      },
    );

    app.delete(
      '/import-job/user/:externalUserId/:jobId',
      {
        schema: {
          ...shared,
          operationId: 'removeJobOfUserOld',
          summary: 'Use DELETE /v1/import-jobs/user/{externalUserId}/{jobId}',
          params: userJobParams,
          response: noContent,
        },
      },
      async (request, reply) => {
        const { externalUserId, jobId } = request.params;
        const [user, job] = [externalUserId, jobId].map(encodeURIComponent);
        markDeprecated(reply, `/v1/import-jobs/user/${user}/${job}`);
        await removeJob(context, { projectId: projectIdOf(request), externalUserId, jobId });
        return reply.code(204).send();
      },
    );
  };

function markDeprecated(reply: FastifyReply, successor: string): void {
  void reply
    .header('deprecation', DEPRECATED_SINCE)
    .header('link', `<${successor}>; rel="successor-version"`);
}

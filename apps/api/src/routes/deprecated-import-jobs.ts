import { externalUserIdSchema } from '@inlet/contracts';
import { type Context, getJob, pauseJob, removeJob, resumeJob } from '@inlet/workflow';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { ImportJobMount } from './import-jobs.js';
import { noContent, jobParams as params } from './route-schemas.js';

/** 2026-01-01T00:00:00Z, in the form of RFC 9745, section 2.1. */
const DEPRECATED_SINCE = '@1767225600';

const shared = { tags: ['Import jobs (old addresses)'], deprecated: true };
const userJobParams = params.extend({ externalUserId: externalUserIdSchema });
const ACTIONS = [
  { name: 'pause', act: pauseJob },
  { name: 'resume', act: resumeJob },
] as const;
const OLD_FORMS = [
  { prefix: '/import-jobs/user', method: 'PUT', suffix: 'OfUser' },
  { prefix: '/import-job/user', method: 'PUT', suffix: 'Old' },
  { prefix: '/import-job/user', method: 'GET', suffix: 'OldWithGet' },
] as const;

export interface DeprecatedImportJobMount extends Pick<ImportJobMount, 'callerOf'> {
  readonly job: ImportJobMount['schemas']['job'];
}

/**
 * The addresses that are documented by the product that Inlet replaces: singular, with `/user/`, and pause and resume
 * also with GET. They do the same as the new ones, and name those in a header `link`.
 */
export const deprecatedImportJobRoutes =
  (context: Context, { callerOf, job }: DeprecatedImportJobMount): FastifyPluginAsyncZod =>
  async (app) => {
    for (const { name, act } of ACTIONS)
      for (const { prefix, method, suffix } of OLD_FORMS)
        app.route({
          method,
          url: `${prefix}/:jobId/${name}`,
          schema: {
            ...shared,
            operationId: `${name}Job${suffix}`,
            summary: `Use PUT /v1/import-jobs/{jobId}/${name}`,
            params,
            response: { 200: job },
          },
          handler: (request, reply) => {
            markDeprecated(reply, `/v1/import-jobs/${encodeURIComponent(request.params.jobId)}/${name}`);
            return act(context, callerOf(request), request.params);
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
          response: { 200: job },
        },
      },
      (request, reply) => {
        markDeprecated(reply, `/v1/import-jobs/${encodeURIComponent(request.params.jobId)}`);
        return getJob(context, callerOf(request), request.params);
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
        const [user, id] = [externalUserId, jobId].map(encodeURIComponent);
        markDeprecated(reply, `/v1/import-jobs/user/${user}/${id}`);
        await removeJob(context, callerOf(request), request.params);
        return reply.code(204).send();
      },
    );
  };

function markDeprecated(reply: FastifyReply, successor: string): void {
  void reply
    .header('deprecation', DEPRECATED_SINCE)
    .header('link', `<${successor}>; rel="successor-version"`);
}

import { type Context, listRunIssues, streamRunIssues } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answerWithIssues, issuesRouteSchema } from '../answer-with-issues.js';
import { projectIdOf } from '../plugins/authentication.js';
import { pathId } from './route-schemas.js';

export const runIssueRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/runs/:runId/issues',
      {
        schema: {
          operationId: 'listRunIssues',
          summary: "List a run's issues, or download all of them as CSV",
          tags: ['Runs'],
          params: z.strictObject({ runId: pathId }),
          ...issuesRouteSchema,
        },
      },
      (request, reply) => {
        const about = { projectId: projectIdOf(request), ...request.params };
        return answerWithIssues(request, reply, {
          runId: about.runId,
          query: request.query,
          list: (page) => listRunIssues(context, { ...about, page }),
          stream: () => streamRunIssues(context, about),
        });
      },
    );
  };

import { Readable } from 'node:stream';
import { pageQuerySchema, pageSchema, runIssueSchema } from '@inlet/contracts';
import { listRunIssues, streamRunIssues, type World } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { issuesCsv } from '../issues-csv.js';
import { projectIdOf } from '../plugins/authentication.js';
import { pathId, textStream } from './route-schemas.js';

const querySchema = pageQuerySchema.extend({
  format: z
    .enum(['json', 'csv'])
    .optional()
    .describe('`csv` downloads all issues at once, as `accept: text/csv` does.'),
});

export const runIssueRoutes =
  (world: World): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/runs/:runId/issues',
      {
        schema: {
          operationId: 'listRunIssues',
          summary: "List a run's issues, or download all of them as CSV",
          tags: ['Runs'],
          params: z.strictObject({ runId: pathId }),
          querystring: querySchema,
          response: {
            200: {
              content: {
                'application/json': { schema: pageSchema(runIssueSchema) },
                'text/csv': { schema: textStream },
              },
            },
          },
        },
      },
      async (request, reply) => {
        const about = { projectId: projectIdOf(request), ...request.params };
        const { format, ...page } = request.query;
        void reply.header('vary', 'accept');
        if (format !== 'csv' && (format === 'json' || !prefersCsv(request.headers.accept)))
          return listRunIssues(world, { ...about, page });
        // A run that is not there is a 404 here, and not a broken download.
        const pages = await streamRunIssues(world, about);
        return reply
          .type('text/csv; charset=utf-8; header=present')
          .header('content-disposition', `attachment; filename="${about.runId}-issues.csv"`)
          .send(Readable.from(issuesCsv(pages), { objectMode: false }));
      },
    );
  };

/** Whether CSV is asked for by name; wildcards mean JSON. */
function prefersCsv(accept: string | undefined): boolean {
  return (accept ?? '')
    .split(',')
    .some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === 'text/csv');
}

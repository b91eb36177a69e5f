import { Readable } from 'node:stream';
import {
  type Page,
  type PageQuery,
  pageQuerySchema,
  pageSchema,
  type RunIssue,
  type runIssueSchema,
} from '@inlet/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { textStream } from '../routes/route-schemas.js';
import { issuesCsv } from './issues-csv.js';

const issuesQuerySchema = pageQuerySchema.extend({
  format: z
    .enum(['json', 'csv'])
    .optional()
    .describe('`csv` downloads all issues at once, as `accept: text/csv` does.'),
});

/** Query and responses of a route that returns issues. */
export const issuesRouteSchema = (issue: typeof runIssueSchema) => ({
  querystring: issuesQuerySchema,
  response: {
    200: {
      content: {
        'application/json': { schema: pageSchema(issue) },
        'text/csv': { schema: textStream },
      },
    },
  },
});

export interface IssuesOfRun {
  readonly runId: string;
  readonly query: z.infer<typeof issuesQuerySchema>;
  readonly list: (page: PageQuery) => Promise<Page<RunIssue>>;
  /** Rejects if the run does not exist, so that the response is 404 and not a broken download. */
  readonly stream: () => Promise<AsyncIterable<readonly RunIssue[]>>;
}

/** Responds with a page of a run's issues as JSON, or with all of them as a CSV file. */
export async function answerWithIssues(
  request: FastifyRequest,
  reply: FastifyReply,
  { runId, query, list, stream }: IssuesOfRun,
): Promise<Page<RunIssue> | Readable> {
  const { format, ...page } = query;
  void reply.header('vary', 'accept');
  if (format !== 'csv' && (format === 'json' || !prefersCsv(request.headers.accept))) return list(page);
  const pages = await stream();
  void reply
    .type('text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${runId}-issues.csv"`);
  return Readable.from(issuesCsv(pages), { objectMode: false });
}

/** True if the client names CSV; wildcards mean JSON. */
function prefersCsv(accept: string | undefined): boolean {
  return (accept ?? '')
    .split(',')
    .some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === 'text/csv');
}

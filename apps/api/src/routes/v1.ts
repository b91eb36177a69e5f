import type { Context } from '@inlet/workflow';
import type { FastifyPluginAsync } from 'fastify';
import { problemSchema } from '../openapi/problem-schema.js';
import { PROBLEM_TYPE } from '../plugins/problem-responses.js';
import { deliveryRoutes } from './deliveries.js';
import { deprecatedImportJobRoutes } from './deprecated-import-job.js';
import { importJobActionRoutes } from './import-job-actions.js';
import { importJobRoutes } from './import-jobs.js';
import { runEventRoutes } from './run-events.js';
import { runIssueRoutes } from './run-issues.js';
import { runRoutes } from './runs.js';
import { scheduleRoutes } from './schedules.js';
import { sourceRoutes } from './sources.js';
import { templateRoutes } from './templates.js';

const problemAnswer = {
  description: 'A problem document; its `code` says which problem.',
  content: { [PROBLEM_TYPE]: { schema: problemSchema } },
};

/** All of the API. */
export const v1Routes =
  (context: Context, options: { streamsPerProject: number }): FastifyPluginAsync =>
  async (app) => {
    app.addHook('onRoute', (route) => {
      // Tests walk the OpenAPI document to try every route with a wrong key, so none may be missing from it.
      if (route.schema?.operationId === undefined || route.schema.hide === true)
        throw new Error(`${String(route.method)} ${route.url} is not in the OpenAPI document`);
      route.schema = { ...route.schema, response: { ...responsesOf(route.schema), default: problemAnswer } };
    });
    await app.register(templateRoutes(context));
    await app.register(sourceRoutes(context));
    await app.register(importJobRoutes(context));
    await app.register(importJobActionRoutes(context));
    await app.register(deprecatedImportJobRoutes(context));
    await app.register(runRoutes(context));
    await app.register(runIssueRoutes(context));
    await app.register(runEventRoutes(context, options));
    await app.register(deliveryRoutes(context));
    await app.register(scheduleRoutes(context));
  };

function responsesOf(schema: { response?: unknown } | undefined): object {
  const response = schema?.response;
  return typeof response === 'object' && response !== null ? response : {};
}

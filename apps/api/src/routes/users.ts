import { erasureSchema, externalUserIdSchema } from '@inlet/contracts';
import { type Context, eraseUser, getErasure } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { exposing, type Mount } from './mount.js';
import { pathId } from './route-schemas.js';

const tags = ['Users'];

/** Everything that belongs to a user, across templates. */
export const userRoutes =
  (context: Context, mount: Mount<'eraseUser' | 'getErasure'>): FastifyPluginAsyncZod =>
  async (app) => {
    const { callerOf } = mount;
    const route = exposing(app, mount);

    route('eraseUser')?.delete(
      '/users/:externalUserId',
      {
        schema: {
          operationId: 'eraseUser',
          summary: 'Delete everything that belongs to a user',
          description:
            'Stops its runs, then deletes its uploads with files and rows, its import jobs with runs, deliveries, ' +
            'issues and known items, and what was remembered for it. Goes on after the response, also if Inlet is ' +
            'restarted. Rows that were delivered stay with the receiver.',
          tags,
          params: z.strictObject({ externalUserId: externalUserIdSchema }),
          response: { 202: erasureSchema },
        },
      },
      async (request, reply) =>
        reply.code(202).send(await eraseUser(context, callerOf(request), request.params)),
    );

    route('getErasure')?.get(
      '/erasures/:erasureId',
      {
        schema: {
          operationId: 'getErasure',
          summary: 'Get the erasure of a user: whether it is done, and what was deleted',
          tags,
          params: z.strictObject({ erasureId: pathId }),
          response: { 200: erasureSchema },
        },
      },
      (request) => getErasure(context, callerOf(request), request.params),
    );
  };

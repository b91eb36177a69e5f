import {
  credentialSchema,
  projectPatchSchema,
  projectViewSchema,
  rotationRequestSchema,
  rotationSchema,
} from '@inlet/contracts';
import { type Context, endGracePeriod, getProject, rotateCredential, updateProject } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { exposing, type Mount } from './mount.js';
import { noContent } from './route-schemas.js';

const tags = ['Project'];

/** The project itself, its settings, and the rotation of its keys and secrets. */
export const projectRoutes =
  (
    context: Context,
    mount: Mount<'getProject' | 'changeProject' | 'rotateCredential' | 'endGracePeriod'>,
  ): FastifyPluginAsyncZod =>
  async (app) => {
    const { callerOf } = mount;
    const route = exposing(app, mount);

    route('getProject')?.get(
      '',
      {
        schema: {
          operationId: 'getProject',
          summary: 'Get the project of the key: its settings, and which keys and secrets are valid',
          tags,
          response: { 200: projectViewSchema },
        },
      },
      (request) => getProject(context, callerOf(request)),
    );

    route('changeProject')?.patch(
      '',
      {
        schema: {
          operationId: 'changeProject',
          summary: 'Change the settings of the project',
          description: 'Sessions that are open stay so until their own end, an hour at most.',
          tags,
          body: projectPatchSchema,
          response: { 200: projectViewSchema },
        },
      },
      async (request) => {
        await updateProject(context, callerOf(request), request.body);
        return getProject(context, callerOf(request));
      },
    );

    route('rotateCredential')?.post(
      '/rotations',
      {
        schema: {
          operationId: 'rotateCredential',
          summary: 'Replace a key or secret; the old one stays valid for a grace period',
          description:
            'The new value is returned this once. During the grace period deliveries carry a signature for each ' +
            'valid webhook secret, tokens signed with either user-token secret verify, and either key works.',
          tags,
          body: rotationRequestSchema,
          response: { 201: rotationSchema },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await rotateCredential(context, callerOf(request), request.body)),
    );

    route('endGracePeriod')?.delete(
      '/rotations/:what',
      {
        schema: {
          operationId: 'endGracePeriod',
          summary: 'End the grace period of a key or secret: old values stop working at once',
          tags,
          params: z.strictObject({ what: credentialSchema }),
          response: noContent,
        },
      },
      async (request, reply) => {
        await endGracePeriod(context, callerOf(request), request.params);
        return reply.code(204).send();
      },
    );
  };

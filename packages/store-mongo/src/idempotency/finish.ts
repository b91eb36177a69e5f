import type { IdempotencyStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { idempotencyId } from './idempotency-schema.js';

export const finish =
  ({ models }: Context): IdempotencyStore['finish'] =>
  async ({ projectId, key, response, expiresAt }) => {
    await models.idempotency.updateOne(
      { _id: idempotencyId({ projectId, key }) },
      { $set: { response, expiresAt } },
    );
  };

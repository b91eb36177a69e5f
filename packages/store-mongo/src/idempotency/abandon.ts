import type { IdempotencyStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { idempotencyId } from './idempotency-schema.js';

export const abandon =
  ({ models }: Context): IdempotencyStore['abandon'] =>
  async ({ projectId, key }) => {
    await models.idempotency.deleteOne({ _id: idempotencyId({ projectId, key }), response: null });
  };

import { InletError } from '@inlet/contracts';
import type { IdempotencyStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { isDuplicateKey } from '../duplicate-key.js';
import { idempotencyId } from './idempotency-schema.js';

type Begin = IdempotencyStore['begin'];

export const begin =
  (context: Context): Begin =>
  async (options) => {
    // twice, where the key is forgotten between being refused and being looked up
    for (let round = 0; round < 2; round++) {
      if (await start(context, options)) return { kind: 'started' };
      const earlier = await context.models.idempotency.findById(idempotencyId(options)).lean();
      if (earlier === null) continue;
      if (earlier.fingerprint !== options.fingerprint) return { kind: 'other_request' };
      if (earlier.response === null) return { kind: 'in_progress' };
      return { kind: 'finished', response: earlier.response };
    }
    throw new InletError('idempotency_in_progress');
  };

/** Makes the key, or takes one over that has passed but was not removed yet; false where there is a live one. */
async function start(
  { models }: Context,
  { projectId, key, fingerprint, now, expiresAt }: Parameters<Begin>[0],
): Promise<boolean> {
  try {
    await models.idempotency.updateOne(
      { _id: idempotencyId({ projectId, key }), expiresAt: { $lte: now } },
      { $set: { fingerprint, response: null, expiresAt } },
      { upsert: true },
    );
    return true;
  } catch (error) {
    if (isDuplicateKey(error, '_id')) return false;
    throw error;
  }
}

import { InletError } from '@inlet/contracts';
import type { IdempotencyStore } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { isDuplicateKey } from './driver-errors.js';
import { idempotencyId, responseContext } from './idempotency-document.js';

type IdempotencyContext = Pick<StoreContext, 'idempotencyKeys' | 'cipher'>;
type Beginning = Parameters<IdempotencyStore['begin']>[0];

export function createIdempotencyStore(context: IdempotencyContext): IdempotencyStore {
  const { documents } = context.idempotencyKeys;
  const { cipher } = context;
  return {
    async begin(options) {
      // A second round, for a key that expires between the failed insert and the look-up.
      for (let round = 0; round < 2; round++) {
        if (await insertKey(context, options)) return { kind: 'started' };
        const earlier = await documents.findOne({ _id: idempotencyId(options) });
        if (earlier === null) continue;
        if (earlier.fingerprint !== options.fingerprint) return { kind: 'other_request' };
        if (earlier.response === null) return { kind: 'in_progress' };
        const { status, sealedBody } = earlier.response;
        const body = cipher.decrypt(sealedBody, responseContext(earlier._id));
        return { kind: 'finished', response: { status, body } };
      }
      throw new InletError('idempotency_in_progress');
    },

    async finish({ projectId, key, response: { status, body }, expiresAt }) {
      const id = idempotencyId({ projectId, key });
      const response = { status, sealedBody: cipher.encrypt(body, responseContext(id)) };
      await documents.updateOne({ _id: id }, { $set: { response, expiresAt } });
    },

    async abandon({ projectId, key }) {
      await documents.deleteOne({ _id: idempotencyId({ projectId, key }), response: null });
    },
  };
}

/** Inserts the key, or replaces an expired one that was not removed yet; false if there is a live one. */
async function insertKey(
  { idempotencyKeys }: IdempotencyContext,
  { projectId, key, fingerprint, now, expiresAt }: Beginning,
): Promise<boolean> {
  try {
    await idempotencyKeys.documents.updateOne(
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

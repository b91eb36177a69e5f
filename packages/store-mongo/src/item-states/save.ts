import { createHash } from 'node:crypto';
import type { ItemStateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { duplicatePositions } from '../duplicate-key.js';
import { type ItemStatePartRecord, partId } from './item-state-part-schema.js';
import { sizeOf } from './size-of.js';

const SMALL_BYTES = 65_536;

type State = Parameters<ItemStateStore['save']>[0];

export const save =
  (context: Context): ItemStateStore['save'] =>
  async ({ projectId, jobId, itemStateId, parts }) => {
    if (sizeOf(parts) <= SMALL_BYTES) return saveSmall(context, { projectId, jobId, itemStateId, parts });
    const digest = digestOf(parts);
    const state = { projectId, jobId, itemStateId, digest };
    for (const [position, bytes] of parts.entries())
      await insertPart(context, { _id: partId(state, position), ...state, bytes });
    const { models } = context;
    await models.itemStates.updateOne(
      { _id: itemStateId, projectId, jobId },
      { $set: { digest, parts: parts.length, bytes: sizeOf(parts) }, $unset: { smallParts: 1 } },
      { upsert: true },
    );
    // parts of an earlier state under the same id
    await models.itemStateParts.deleteMany({ projectId, jobId, itemStateId, digest: { $ne: digest } });
  };

async function saveSmall({ models }: Context, { parts, ...state }: State): Promise<void> {
  const { itemStateId: _id, projectId, jobId } = state;
  const head = { digest: digestOf(parts), parts: 0, bytes: sizeOf(parts), smallParts: [...parts] };
  const one = { _id, projectId, jobId };
  const { upsertedCount } = await models.itemStates.updateOne(one, { $set: head }, { upsert: true });
  // parts of an earlier state under the same id
  if (upsertedCount === 0) await models.itemStateParts.deleteMany(state);
}

/** Of the sizes too: the same bytes cut in another way are other parts. */
function digestOf(parts: readonly Buffer[]): string {
  const hash = createHash('sha256').update(parts.map(({ length }) => length).join());
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

async function insertPart({ models }: Context, part: ItemStatePartRecord): Promise<void> {
  try {
    await models.itemStateParts.insertMany([part], { lean: true });
  } catch (error) {
    // it may be there already: the digest in its id says that it has the same bytes
    duplicatePositions(error);
  }
}

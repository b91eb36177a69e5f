import { createHash } from 'node:crypto';
import type { ItemStateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { duplicatePositions } from '../duplicate-key.js';
import { type ItemStatePartRecord, partId } from './item-state-part-schema.js';

const PART_BYTES = 4 * 1024 * 1024;

export const save =
  (context: Context): ItemStateStore['save'] =>
  async ({ projectId, jobId, itemStateId, bytes }) => {
    const digest = createHash('sha256').update(bytes).digest('hex');
    const state = { projectId, jobId, itemStateId, digest };
    const parts = Math.ceil(bytes.length / PART_BYTES);
    for (let position = 0; position < parts; position++)
      await insertPart(context, {
        _id: partId(state, position),
        ...state,
        bytes: bytes.subarray(position * PART_BYTES, (position + 1) * PART_BYTES),
      });
    const { models } = context;
    await models.itemStates.updateOne(
      { _id: itemStateId, projectId, jobId },
      { $set: { digest, parts, bytes: bytes.length } },
      { upsert: true },
    );
    // parts of an earlier state under the same id
    await models.itemStateParts.deleteMany({ projectId, jobId, itemStateId, digest: { $ne: digest } });
  };

async function insertPart({ models }: Context, part: ItemStatePartRecord): Promise<void> {
  try {
    await models.itemStateParts.insertMany([part], { lean: true });
  } catch (error) {
    // it may be there already: the digest in its id says that it has the same bytes
    duplicatePositions(error);
  }
}

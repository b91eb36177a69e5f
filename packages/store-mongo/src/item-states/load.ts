import { InletError } from '@inlet/contracts';
import type { ItemStateStore } from '@inlet/workflow';
import type { Context } from '../context.js';
import { toBuffer } from '../to-buffer.js';
import { partId } from './item-state-part-schema.js';
import type { ItemStateRecord } from './item-state-schema.js';
import { sizeOf } from './size-of.js';

export const load =
  (context: Context): ItemStateStore['load'] =>
  async (projectId, jobId, itemStateId) => {
    const head = await context.models.itemStates.findOne({ _id: itemStateId, projectId, jobId }).lean();
    if (head === null) return null;
    const parts = head.smallParts?.map(toBuffer) ?? (await loadParts(context, head));
    const count = head.smallParts?.length ?? head.parts;
    // to go on without it would send every item once more as new: better to stop
    if (parts.length !== count || sizeOf(parts) !== head.bytes)
      throw new InletError('internal', {
        detail: `The item state ${itemStateId} is incomplete. Reset the job.`,
      });
    return parts;
  };

async function loadParts({ models }: Context, head: ItemStateRecord): Promise<readonly Buffer[]> {
  const parts: Buffer[] = [];
  for (let position = 0; position < head.parts; position++) {
    const _id = partId({ itemStateId: head._id, digest: head.digest }, position);
    const part = await models.itemStateParts.findById(_id).select({ bytes: 1 }).lean();
    if (part !== null) parts.push(toBuffer(part.bytes));
  }
  return parts;
}

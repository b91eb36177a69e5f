import { createHash } from 'node:crypto';
import type { ItemStateStore, PackedItemState } from '@inlet/workflow';
import type { StoreContext } from './collections.js';
import { duplicatePositions } from './driver-errors.js';
import { type ItemStateDocument, type ItemStatePartDocument, partId } from './item-state-document.js';

type ItemStateContext = Pick<StoreContext, 'itemStates' | 'itemStateParts'>;

const SMALL_BYTES = 65_536;

export function createItemStateStore(context: ItemStateContext): ItemStateStore {
  const heads = context.itemStates.documents;
  const parts = context.itemStateParts.documents;
  return {
    save: (state) =>
      sizeOf(state.parts) <= SMALL_BYTES ? saveSmall(context, state) : saveLarge(context, state),

    async load({ projectId, jobId, itemStateId }) {
      const head = await heads.findOne({ _id: itemStateId, projectId, jobId });
      if (head === null) return null;
      const loaded = head.smallParts ?? (await loadParts(context, head));
      return sizeOf(loaded) === head.bytes ? loaded : null;
    },

    async remove({ projectId, jobId }, itemStateIds) {
      for (const itemStateId of itemStateIds) {
        // The head first: a state that has lost parts must not be found.
        const head = await heads.findOneAndDelete(
          { _id: itemStateId, projectId, jobId },
          { projection: { parts: 1 } },
        );
        // Parts without a head may be left from a crash.
        if (head?.parts !== 0) await parts.deleteMany({ projectId, jobId, itemStateId });
      }
    },

    async removeOfJob({ projectId, jobId }) {
      await heads.deleteMany({ projectId, jobId });
      await parts.deleteMany({ projectId, jobId });
    },
  };
}

async function saveSmall(
  { itemStates, itemStateParts }: ItemStateContext,
  { projectId, jobId, itemStateId, parts }: PackedItemState,
): Promise<void> {
  const head = { digest: digestOf(parts), parts: 0, bytes: sizeOf(parts), smallParts: [...parts] };
  const { upsertedCount } = await itemStates.documents.updateOne(
    { _id: itemStateId, projectId, jobId },
    { $set: head },
    { upsert: true },
  );
  // Parts of an earlier state under the same id.
  if (upsertedCount === 0) await itemStateParts.documents.deleteMany({ projectId, jobId, itemStateId });
}

async function saveLarge(
  { itemStates, itemStateParts }: ItemStateContext,
  { projectId, jobId, itemStateId, parts }: PackedItemState,
): Promise<void> {
  const digest = digestOf(parts);
  const state = { projectId, jobId, itemStateId, digest };
  for (const [position, bytes] of parts.entries())
    await insertPart({ itemStateParts }, { _id: partId(state, position), ...state, bytes });
  await itemStates.documents.updateOne(
    { _id: itemStateId, projectId, jobId },
    { $set: { digest, parts: parts.length, bytes: sizeOf(parts) }, $unset: { smallParts: 1 } },
    { upsert: true },
  );
  // Parts of an earlier state under the same id.
  await itemStateParts.documents.deleteMany({ projectId, jobId, itemStateId, digest: { $ne: digest } });
}

async function insertPart(
  { itemStateParts }: Pick<ItemStateContext, 'itemStateParts'>,
  part: ItemStatePartDocument,
): Promise<void> {
  try {
    await itemStateParts.documents.insertMany([part]);
  } catch (error) {
    // If it exists, the digest in its id says that it has the same bytes.
    duplicatePositions(error);
  }
}

async function loadParts(
  { itemStateParts }: Pick<ItemStateContext, 'itemStateParts'>,
  head: ItemStateDocument,
): Promise<readonly Buffer[]> {
  const parts: Buffer[] = [];
  for (let position = 0; position < head.parts; position++) {
    const _id = partId({ itemStateId: head._id, digest: head.digest }, position);
    const part = await itemStateParts.documents.findOne({ _id }, { projection: { bytes: 1 } });
    if (part !== null) parts.push(part.bytes);
  }
  return parts;
}

/** Covers the sizes too: the same bytes cut at other positions are different parts. */
function digestOf(parts: readonly Buffer[]): string {
  const hash = createHash('sha256').update(parts.map(({ length }) => length).join());
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

const sizeOf = (parts: readonly Buffer[]): number => parts.reduce((sum, { length }) => sum + length, 0);

import { InletError } from '@inlet/contracts';
import { ItemState, isItemState } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import type { Run } from '../ports/model.js';

interface KnownItemsRef extends Pick<Run, 'projectId' | 'jobId'> {
  /** null before the first run. */
  readonly itemStateId: string | null;
}

/** The parts of an item state; null if it is missing, cut off, or in a form that this version does not read. */
export async function loadItems(
  context: Pick<Context, 'store'>,
  { projectId, jobId, itemStateId }: KnownItemsRef,
): Promise<readonly Buffer[] | null> {
  if (itemStateId === null) return [];
  const parts = await context.store.itemStates.load({ projectId, jobId, itemStateId });
  return parts && isItemState(parts) ? parts : null;
}

/** Throws `item_state_unreadable` where a run cannot go on without the items. */
export async function requireItems(context: Pick<Context, 'store'>, ref: KnownItemsRef): Promise<ItemState> {
  const parts = await loadItems(context, ref);
  if (parts === null) throw new InletError('item_state_unreadable');
  return ItemState.parse(parts);
}

import { type ErasureView, InletError } from '@inlet/contracts';
import { requireHost } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { Erasure } from '../ports/erasures.js';
import { startErasure } from './run-erasure.js';

/**
 * Begins to remove everything that belongs to a user. While that goes on, a second call returns the same erasure.
 *
 * @throws InletError not_permitted
 */
export async function eraseUser(
  context: Context,
  caller: Caller,
  { externalUserId }: { externalUserId: string },
): Promise<ErasureView> {
  requireHost(caller);
  const { projectId } = caller;
  const unfinished = await context.store.erasures.findUnfinished({ projectId, externalUserId });
  const erasure: Erasure = unfinished ?? {
    id: context.newId('era'),
    projectId,
    externalUserId,
    counts: { uploads: 0, jobs: 0 },
    leaseUntil: null,
    createdAt: context.now(),
    finishedAt: null,
  };
  if (!unfinished) await context.store.erasures.insert(erasure);
  startErasure(context, { projectId, erasureId: erasure.id });
  return viewErasure(erasure);
}

/** @throws InletError not_permitted, erasure_not_found */
export async function getErasure(
  context: Pick<Context, 'store'>,
  caller: Caller,
  { erasureId }: { erasureId: string },
): Promise<ErasureView> {
  requireHost(caller);
  const erasure = await context.store.erasures.get({ projectId: caller.projectId, erasureId });
  if (!erasure) throw new InletError('erasure_not_found');
  return viewErasure(erasure);
}

const viewErasure = ({ id, counts, createdAt, finishedAt }: Erasure): ErasureView => ({
  id,
  status: finishedAt === null ? 'running' : 'done',
  counts,
  createdAt: createdAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
});
